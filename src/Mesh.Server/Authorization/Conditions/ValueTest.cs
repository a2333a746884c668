using System.Text.Json;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Routing;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>A <see cref="ValueMatch"/> ready to be tested; of a list, one item has to match.</summary>
internal sealed class ValueTest
{
    private readonly ValueMatch _match;
    private readonly TextMatcher? _text;
    private readonly ValueTest[] _inner;

    public ValueTest(ValueMatch match)
    {
        _match = match;
        _text = match.Text is null ? null : new TextMatcher(match.Text);
        _inner = [.. match.Matchers.Select(static inner => new ValueTest(inner))];
    }

    public bool Matches(ReadOnlySpan<char> text)
    {
        switch (_match.Kind)
        {
            case ValueMatchKind.Text:
                return _text!.Matches(text);
            case ValueMatchKind.Present:
                return _match.Expected;
            case ValueMatchKind.Item or ValueMatchKind.Either:
                foreach (var inner in _inner)
                {
                    if (inner.Matches(text))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    /// <param name="value">Of the claim.</param>
    /// <param name="name">Of the claim: OAuth's lists are one text with blanks (RFC 8693 4.2).</param>
    public bool Matches(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Array => MatchesItem(value, name),
        JsonValueKind.String => MatchesText(value.GetString()!, name),
        JsonValueKind.Number => MatchesNumber(value),
        JsonValueKind.True or JsonValueKind.False => MatchesBoolean(value.GetBoolean()),
        JsonValueKind.Object => _match is { Kind: ValueMatchKind.Present, Expected: true },
        _ => false,
    };

    private bool MatchesItem(JsonElement list, string name)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array && Matches(item, name))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesText(string text, string name)
    {
        if (Matches(text))
        {
            return true;
        }

        if (name is not ("scope" or "permission") || !text.Contains(' '))
        {
            return false;
        }

        foreach (var part in text.AsSpan().Split(' '))
        {
            if (Matches(text.AsSpan(part)))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesNumber(JsonElement number) => _match.Kind switch
    {
        ValueMatchKind.Number => number.TryGetDouble(out var value)
            && (value == _match.First || (value > _match.First && value < _match.End)),
        ValueMatchKind.Item or ValueMatchKind.Either => Array.Exists(_inner, inner => inner.MatchesNumber(number)),
        _ => Matches(number.GetRawText()),
    };

    private bool MatchesBoolean(bool value) => _match.Kind switch
    {
        ValueMatchKind.Boolean => value == _match.Expected,
        ValueMatchKind.Item or ValueMatchKind.Either => Array.Exists(_inner, inner => inner.MatchesBoolean(value)),
        _ => Matches(value ? "true" : "false"),
    };
}
