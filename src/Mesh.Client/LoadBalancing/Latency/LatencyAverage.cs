using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Latency;

/// <summary>How long an endpoint has taken to answer of late: rises at once, falls slowly, and is forgotten while nothing is sent (peak-EWMA).</summary>
/// <remarks>A failure never makes an endpoint look fast: a refused connection answers sooner than any work does.</remarks>
internal sealed class LatencyAverage(TimeSpan decay, TimeProvider time)
{
    /// <summary>What a failure counts as at least, in seconds.</summary>
    private const double LeastFailure = 1;

    /// <summary>What anything counts as at most, in seconds: an endpoint must get its chance again.</summary>
    private const double Most = 60;

    private const int HttpServerError = 500;

    private readonly Lock _lock = new();

    // Written under _lock. A reader may see the one newer than the other, which is wrong by one answer.
    private double _seconds;
    private long _stamp = time.GetTimestamp();
    private volatile bool _isKnown;

    public TimeSpan Decay => decay;

    /// <summary>Whether it has ever answered.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>In seconds.</summary>
    /// <param name="now">A timestamp of the clock.</param>
    public double At(long now) => Volatile.Read(ref _seconds) * Remaining(Volatile.Read(ref _stamp), now);

    public void Observe(in AttemptOutcome outcome)
    {
        if (outcome.LocalOrigin is LocalOrigin.CallerGone or LocalOrigin.Overflow)
        {
            return;
        }

        var seconds = outcome.Latency.TotalSeconds;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var remaining = Remaining(_stamp, now);
            var before = _seconds * remaining;
            seconds = Math.Min(Most, IsFailure(outcome) ? Math.Max(seconds, Math.Max(LeastFailure, 2 * before)) : seconds);
            var value = !_isKnown || seconds > before ? seconds : (_seconds * remaining) + (seconds * (1 - remaining));
            Volatile.Write(ref _seconds, value);
            Volatile.Write(ref _stamp, now);
            _isKnown = true;
        }
    }

    private static bool IsFailure(in AttemptOutcome outcome) =>
        outcome.LocalOrigin is not LocalOrigin.None
        || outcome.HttpStatus >= HttpServerError
        || outcome.GrpcStatus is 2 or 4 or 8 or 13 or 14 or 15;

    /// <summary>The say that an older value still has.</summary>
    private double Remaining(long stamp, long now)
    {
        var age = time.GetElapsedTime(stamp, now);
        return age <= TimeSpan.Zero ? 1 : Math.Exp(-age.TotalSeconds / decay.TotalSeconds);
    }
}
