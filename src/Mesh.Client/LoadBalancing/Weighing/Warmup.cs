using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Weighing;

/// <summary>Slow start: the part of its weight that an endpoint has this long after it became available (Envoy's formula).</summary>
internal sealed class Warmup(WarmupPolicy policy, TimeProvider time)
{
    public double Factor(BalancedEndpoint endpoint)
    {
        var age = time.GetElapsedTime(endpoint.AvailableSince);
        if (age >= policy.Duration)
        {
            return 1;
        }

        var passed = Math.Max(1, age.TotalMilliseconds) / policy.Duration.TotalMilliseconds;
        var grown = policy.Aggression.Equals(1) ? passed : Math.Pow(passed, 1 / policy.Aggression);
        return Math.Min(1, Math.Max(grown, policy.MinimumPercent / 100));
    }

    public bool IsWarming(BalancedEndpoint endpoint) => time.GetElapsedTime(endpoint.AvailableSince) < policy.Duration;

    /// <summary>When an endpoint that became available at that time is warm; both are timestamps of the clock.</summary>
    public long End(long availableSince) => availableSince + (long)(policy.Duration.TotalSeconds * time.TimestampFrequency);
}
