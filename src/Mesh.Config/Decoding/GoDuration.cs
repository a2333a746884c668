using Google.Protobuf.WellKnownTypes;

namespace Mesh.Config.Decoding;

/// <summary>Reads durations as Go writes them (<c>1h2m3.5s</c>, <c>100ms</c>), which covers the proto3 JSON form (<c>1.5s</c>).</summary>
internal static class GoDuration
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int LongestText = 64;

    // Go keeps durations in 64-bit nanoseconds: about 292 years.
    private static readonly Int128 Longest = long.MaxValue;

    public static bool TryParse(string text, out Duration duration)
    {
        duration = new Duration();
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "0")
        {
            return true;
        }

        Int128 total = 0;
        if (rest.IsEmpty || text.Length > LongestText)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            if (!TryReadTerm(ref rest, out var term) || (total += term) > Longest)
            {
                return false;
            }
        }

        total = negative ? -total : total;
        duration = new Duration { Seconds = (long)(total / NanosecondsPerSecond), Nanos = (int)(total % NanosecondsPerSecond) };
        return true;
    }

    /// <summary>Reads one number with its unit.</summary>
    private static bool TryReadTerm(scoped ref ReadOnlySpan<char> rest, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        var whole = ReadDigits(ref rest);
        var fraction = ReadOnlySpan<char>.Empty;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            fraction = ReadDigits(ref rest);
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            return false;
        }

        var unit = ReadUnit(ref rest);
        foreach (var digit in whole)
        {
            nanoseconds = (nanoseconds * 10) + (digit - '0');
            if (nanoseconds > Longest)
            {
                return false;
            }
        }

        nanoseconds *= unit;
        Int128 scale = unit;
        foreach (var digit in fraction)
        {
            scale /= 10;
            nanoseconds += (digit - '0') * scale;
        }

        return unit != 0;
    }

    private static ReadOnlySpan<char> ReadDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? rest : rest[..length];
        rest = rest[digits.Length..];
        return digits;
    }

    /// <summary>Nanoseconds of the unit; 0 when there is none.</summary>
    private static long ReadUnit(scoped ref ReadOnlySpan<char> rest)
    {
        var (length, unit) = rest switch
        {
            ['n', 's', ..] => (2, 1L),
            ['u' or 'µ' or 'μ', 's', ..] => (2, 1_000L),
            ['m', 's', ..] => (2, 1_000_000L),
            ['s', ..] => (1, NanosecondsPerSecond),
            ['m', ..] => (1, 60 * NanosecondsPerSecond),
            ['h', ..] => (1, 3600 * NanosecondsPerSecond),
            _ => (0, 0L),
        };
        rest = rest[length..];
        return unit;
    }
}
