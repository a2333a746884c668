using System.Globalization;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>A header matches, value by value (S64): joined by commas they would hide each other.</summary>
internal sealed class HeaderTest : RequestTest
{
    private readonly HeaderMatch _match;
    private readonly TextMatcher? _value;
    private readonly HeaderNames _names;

    public HeaderTest(HeaderMatch match)
    {
        _match = match;
        _value = match.Value is null ? null : new TextMatcher(match.Value);
        _names = new HeaderNames(match.Name);
    }

    public override Truth Test(ref RequestFacts facts)
    {
        var (some, all) = (false, true);
        var values = facts.Headers[_match.Name];
        Add(values, facts.Refuses, ref some, ref all);
        if (facts.Refuses)
        {
            // Many servers read x_h as x-h (CGI); Kestrel keeps both.
            foreach (var twin in _names.Twins(facts.Headers))
            {
                Add(facts.Headers[twin], splits: true, ref some, ref all);
            }
        }

        return Conclude(values.Count > 0 || some, some, all);
    }

    private Truth Conclude(bool isThere, bool some, bool all)
    {
        if (_match.Kind is HeaderMatchKind.Present)
        {
            return Of(isThere == _match.Present != _match.Invert);
        }

        if (!isThere)
        {
            // Proxies disagree on an inverted comparison with nothing.
            return _match.TreatMissingAsEmpty ? Of(Compare("") != _match.Invert) : _match.Invert ? Truth.Unknown : Truth.False;
        }

        var truth = some ? all ? Truth.True : Truth.Unknown : Truth.False;
        return _match.Invert ? Opposite(truth) : truth;
    }

    private void Add(StringValues values, bool splits, ref bool some, ref bool all)
    {
        foreach (var value in values)
        {
            var holds = Compare(value ?? "");
            some |= holds || (splits && PartMatches(value));
            all &= holds;
        }
    }

    /// <summary>One line may hold a list of several values.</summary>
    private bool PartMatches(ReadOnlySpan<char> value)
    {
        if (!value.Contains(','))
        {
            return false;
        }

        foreach (var part in value.Split(','))
        {
            if (Compare(value[part].Trim()))
            {
                return true;
            }
        }

        return false;
    }

    private bool Compare(ReadOnlySpan<char> value) => _match.Kind switch
    {
        HeaderMatchKind.Present => true,
        HeaderMatchKind.Range => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= _match.RangeStart && number < _match.RangeEnd,
        _ => _value!.Matches(value),
    };
}
