using System.Globalization;

namespace Mesh.Cli.Commands;

/// <summary>Reads times as people write them.</summary>
internal static class LifetimeText
{
    /// <summary>Null when it is none.</summary>
    public static TimeSpan? TryParse(string text)
    {
        if (text.Length < 2 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number is <= 0 or > 1e6)
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(Math.Min(number, 100_000)),
            _ => null,
        };
    }

    /// <summary>As the API reads it.</summary>
    public static string? ToApi(string? text) =>
        text is not null && TryParse(text) is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s") : null;
}
