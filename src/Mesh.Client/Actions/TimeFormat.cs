using System.Globalization;
using System.Text;

namespace Mesh.Client.Actions;

/// <summary>Writes a time as <c>%START_TIME(format)%</c> asks for it: strftime's letters, and Envoy's for parts of a second.</summary>
internal static class TimeFormat
{
    /// <summary>Always UTC.</summary>
    /// <param name="time">The time.</param>
    /// <param name="format">Empty: ISO 8601 with milliseconds. A letter that is not known stays as it is.</param>
    public static string Format(DateTimeOffset time, string format)
    {
        time = time.ToUniversalTime();
        if (format.Length == 0)
        {
            return time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%' || index + 1 == format.Length)
            {
                text.Append(format[index]);
            }
            else
            {
                index = Append(text, time, format, index + 1);
            }
        }

        return text.ToString();
    }

    /// <summary>Writes one letter; the position of its last character.</summary>
    private static int Append(StringBuilder text, DateTimeOffset time, string format, int index)
    {
        var letter = format[index];
        if (letter is >= '1' and <= '9' && index + 1 < format.Length && format[index + 1] == 'f')
        {
            text.Append(Fraction(time, letter - '0'));
            return index + 1;
        }

        // absl: %E3S and %E*S are seconds with their fraction.
        if (letter == 'E' && index + 2 < format.Length && format[index + 2] == 'S' && (format[index + 1] == '*' || char.IsAsciiDigit(format[index + 1])))
        {
            var digits = format[index + 1] == '*' ? 9 : format[index + 1] - '0';
            text.Append(Custom(time, "ss")).Append(digits > 0 ? "." : "").Append(Fraction(time, digits));
            return index + 2;
        }

        text.Append(Field(time, letter) ?? $"%{letter}");
        return index;
    }

    private static string? Field(DateTimeOffset time, char letter) => letter switch
    {
        'Y' => Custom(time, "yyyy"),
        'y' => Custom(time, "yy"),
        'm' => Custom(time, "MM"),
        'd' => Custom(time, "dd"),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => Custom(time, "HH"),
        'I' => Custom(time, "hh"),
        'M' => Custom(time, "mm"),
        'S' => Custom(time, "ss"),
        'p' => Custom(time, "tt"),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'a' => Custom(time, "ddd"),
        'A' => Custom(time, "dddd"),
        'b' or 'h' => Custom(time, "MMM"),
        'B' => Custom(time, "MMMM"),
        'F' => Custom(time, "yyyy-MM-dd"),
        'T' => Custom(time, "HH:mm:ss"),
        'R' => Custom(time, "HH:mm"),
        'D' => Custom(time, "MM/dd/yy"),
        's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'f' => Fraction(time, 9),
        'z' => "+0000",
        'Z' => "UTC",
        '%' => "%",
        _ => null,
    };

    private static string Custom(DateTimeOffset time, string format) =>
        time.ToString(format, CultureInfo.InvariantCulture);

    private static string Fraction(DateTimeOffset time, int digits)
    {
        var ticks = time.Ticks % TimeSpan.TicksPerSecond;
        return (ticks * 100).ToString("000000000", CultureInfo.InvariantCulture)[..digits];
    }
}
