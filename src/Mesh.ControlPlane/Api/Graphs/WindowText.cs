using System.Globalization;

namespace Mesh.ControlPlane.Api.Graphs;

/// <summary>Reads times as people write them.</summary>
internal static class WindowText
{
    private const long LatestSecond = 253_402_300_799;

    /// <summary>A number and <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>, as Prometheus has it; null for anything else.</summary>
    public static TimeSpan? TryParse(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    /// <summary>RFC 3339, or seconds of Unix time; null for anything else.</summary>
    public static DateTimeOffset? TryParseMoment(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LatestSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
