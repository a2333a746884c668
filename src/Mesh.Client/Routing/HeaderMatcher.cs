using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="HeaderMatch"/> ready to be tested.</summary>
internal sealed class HeaderMatcher(HeaderMatch match)
{
    private readonly TextMatcher? _value = match.Value is null ? null : new TextMatcher(match.Value);

    public string Name => match.Name;

    public bool Matches(ref RequestView request) => Matches(request.FindHeader(match.Name));

    /// <param name="value">Of the header; several are joined by a comma, null when it is not there.</param>
    public bool Matches(string? value)
    {
        if (value is null && match.TreatMissingAsEmpty)
        {
            value = "";
        }

        // Envoy: a missing header fails a comparison, and an inverted comparison of a missing header holds.
        return Compare(value) != match.Invert;
    }

    private bool Compare(string? value) => match.Kind switch
    {
        HeaderMatchKind.Present => (value is not null) == match.Present,
        HeaderMatchKind.Range => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= match.RangeStart && number < match.RangeEnd,
        _ => value is not null && _value!.Matches(value),
    };
}
