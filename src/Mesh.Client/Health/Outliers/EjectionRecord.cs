using Mesh.Client.Model;

namespace Mesh.Client.Health.Outliers;

/// <summary>The ejections of one endpoint: when the last one began, how long it lasts, and how long the next one would.</summary>
internal sealed class EjectionRecord(TimeProvider time)
{
    private long _ejectedAt;
    private long? _unejectedAt;
    private TimeSpan _jitter;

    /// <summary>Ejections of late: one more with each, one less for each interval without.</summary>
    public int Multiplier { get; private set; }

    public TimeSpan SinceEjection => time.GetElapsedTime(_ejectedAt);

    public void Begin(OutlierDetectionPolicy policy, Random random)
    {
        _ejectedAt = time.GetTimestamp();
        _jitter = policy.MaxEjectionTimeJitter * random.NextDouble();

        // Beyond the limit it would only take longer to come down again.
        if (Multiplier * policy.BaseEjectionTime < Limit(policy) + policy.BaseEjectionTime)
        {
            Multiplier++;
        }
    }

    public TimeSpan Duration(OutlierDetectionPolicy policy)
    {
        var limit = Limit(policy);
        var duration = Multiplier * policy.BaseEjectionTime;
        return (duration < limit ? duration : limit) + _jitter;
    }

    public bool IsOver(OutlierDetectionPolicy policy) => Milliseconds(SinceEjection) >= Milliseconds(Duration(policy));

    public void End() => _unejectedAt = time.GetTimestamp();

    /// <summary>An interval has gone by without an ejection.</summary>
    public void Decay(OutlierDetectionPolicy policy)
    {
        if (Multiplier > 0 && _unejectedAt is { } at && Milliseconds(time.GetElapsedTime(at)) >= Milliseconds(policy.Interval))
        {
            Multiplier--;
        }
    }

    private static TimeSpan Limit(OutlierDetectionPolicy policy) =>
        policy.MaxEjectionTime > policy.BaseEjectionTime ? policy.MaxEjectionTime : policy.BaseEjectionTime;

    // Envoy's resolution. Without rounding an ejection by a sweep would miss the sweep that is due just when it ends.
    private static long Milliseconds(TimeSpan span) => (long)Math.Round(span.TotalMilliseconds);
}
