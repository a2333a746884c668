using System.Globalization;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>Spans of time as Kubernetes' listings have them: two units at most, fewer the longer it is.</summary>
internal static class Age
{
    public const string Unknown = "<unknown>";

    public static string Of(DateTimeOffset since, DateTimeOffset now) => since == default ? Unknown : Of(now - since);

    public static string Of(TimeSpan span)
    {
        var seconds = (long)Math.Floor(span.TotalSeconds);
        var minutes = seconds / 60;
        var hours = minutes / 60;
        return seconds switch
        {
            // Clocks of two machines differ by a little.
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => Text(seconds, "s"),
            < 600 => Two(minutes, "m", seconds % 60, "s"),
            < 3 * 3600 => Text(minutes, "m"),
            < 8 * 3600 => Two(hours, "h", minutes % 60, "m"),
            < 48 * 3600 => Text(hours, "h"),
            < 8 * 86_400 => Two(hours / 24, "d", hours % 24, "h"),
            < 2 * 365 * 86_400 => Text(hours / 24, "d"),
            < 8L * 365 * 86_400 => Two(hours / 24 / 365, "y", hours / 24 % 365, "d"),
            _ => Text(hours / 24 / 365, "y"),
        };
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? Text(large, largeUnit) : Text(large, largeUnit) + Text(small, smallUnit);

    private static string Text(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;
}
