using System.Globalization;

namespace Mesh.Protocol.Grpc.Metadata;

/// <summary>The text of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class TimeoutText
{
    /// <summary>Longer timeouts are cut to this: timers cannot count further, and no call lives that long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private const long MaxValue = 99_999_999;
    private const long NanosecondsPerTick = 100;

    // From the finest unit to the coarsest; nanoseconds are ticks times a hundred.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Encodes with the finest unit that holds the value, rounding up so that nothing is taken from the caller's time.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Max(0, timeout.Ticks);
        if (ticks <= MaxValue / NanosecondsPerTick)
        {
            return Format(ticks * NanosecondsPerTick, 'n');
        }

        foreach (var (unit, unitTicks) in Units)
        {
            var value = ticks / unitTicks + (ticks % unitTicks == 0 ? 0 : 1);
            if (value <= MaxValue)
            {
                return Format(value, unit);
            }
        }

        return Format(MaxValue, 'H');
    }

    /// <summary>Parses; values above <see cref="Longest"/> are cut to it.</summary>
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var unit = text[^1];
        if (unit == 'n')
        {
            timeout = TimeSpan.FromTicks((value + NanosecondsPerTick - 1) / NanosecondsPerTick);
            return true;
        }

        foreach (var (name, unitTicks) in Units)
        {
            if (name == unit)
            {
                timeout = TimeSpan.FromTicks(Math.Min(value * unitTicks, Longest.Ticks));
                return true;
            }
        }

        return false;
    }

    private static string Format(long value, char unit) => string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
}
