using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Reads durations, which protobuf does not check by itself.</summary>
internal static class DurationDecoder
{
    private const long MaxSeconds = 315_576_000_000;
    private const int NanosPerSecond = 1_000_000_000;

    /// <summary>The duration; null when it is not set, or is not valid, which is added to the errors.</summary>
    public static TimeSpan? Decode(Duration? duration, DecodeErrors errors)
    {
        if (duration is null)
        {
            return null;
        }

        var (seconds, nanos) = (duration.Seconds, duration.Nanos);
        var sameSign = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
        if (seconds is < -MaxSeconds or > MaxSeconds || nanos is <= -NanosPerSecond or >= NanosPerSecond || !sameSign)
        {
            errors.Add($"not a valid duration ({seconds} s, {nanos} ns)");
            return null;
        }

        return TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>As <see cref="Decode"/>, but below zero is an error too.</summary>
    public static TimeSpan? DecodeNonNegative(Duration? duration, DecodeErrors errors)
    {
        var value = Decode(duration, errors);
        if (value >= TimeSpan.Zero || value is null)
        {
            return value;
        }

        errors.Add($"expected a duration of at least 0, got {value}");
        return null;
    }

    /// <summary>As <see cref="Decode"/>, but zero and below are errors too.</summary>
    public static TimeSpan? DecodePositive(Duration? duration, DecodeErrors errors)
    {
        var value = Decode(duration, errors);
        if (value > TimeSpan.Zero || value is null)
        {
            return value;
        }

        errors.Add($"expected a duration above 0, got {value}");
        return null;
    }
}
