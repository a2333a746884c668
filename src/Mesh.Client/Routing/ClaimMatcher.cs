using System.Text.Json;
using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="ClaimMatch"/> ready to be tested.</summary>
internal sealed class ClaimMatcher(ClaimMatch match)
{
    private readonly TextMatcher? _value = match.Value is null ? null : new TextMatcher(match.Value);

    /// <param name="claims">Of the token that was verified; null without one. Headers are never asked: anybody can write them.</param>
    public bool Matches(JsonElement? claims)
    {
        // Also for withoutHeaders: who has proven nothing is not sent where those without a claim go.
        if (claims is not { ValueKind: JsonValueKind.Object } claim)
        {
            return false;
        }

        foreach (var name in match.Path)
        {
            if (claim.ValueKind is not JsonValueKind.Object || !claim.TryGetProperty(name, out claim))
            {
                return match.Invert;
            }
        }

        return Compare(claim) != match.Invert;
    }

    private bool Compare(JsonElement claim) => claim.ValueKind switch
    {
        _ when _value is null => true,
        JsonValueKind.String => _value.Matches(claim.GetString()),
        JsonValueKind.Array => AnyMatches(claim, _value),
        _ => false,
    };

    private static bool AnyMatches(JsonElement list, TextMatcher value)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind is JsonValueKind.String && value.Matches(element.GetString()))
            {
                return true;
            }
        }

        return false;
    }
}
