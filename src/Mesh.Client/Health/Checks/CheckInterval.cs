using Mesh.Client.Model;

namespace Mesh.Client.Health.Checks;

/// <summary>Tells how long to wait until an endpoint's next check (Envoy's intervals and jitter).</summary>
internal static class CheckInterval
{
    /// <param name="policy">The cluster's.</param>
    /// <param name="hasTraffic">Whether a request ever went to the cluster.</param>
    /// <param name="passed">Whether the last check passed.</param>
    /// <param name="isHealthy">Whether the endpoint counts as healthy after it.</param>
    /// <param name="transition">What the last check changed.</param>
    /// <param name="random">For the jitter.</param>
    public static TimeSpan Next(HealthCheckPolicy policy, bool hasTraffic, bool passed, bool isHealthy, CheckTransition transition, Random random)
    {
        var interval = hasTraffic
            ? WithTraffic(policy, passed, transition)
            : isHealthy ? policy.NoTrafficHealthyInterval ?? policy.NoTrafficInterval : policy.NoTrafficInterval;
        return interval + interval * (policy.IntervalJitterPercent / 100.0 * random.NextDouble()) + policy.IntervalJitter * random.NextDouble();
    }

    private static TimeSpan WithTraffic(HealthCheckPolicy policy, bool passed, CheckTransition transition)
    {
        if (passed)
        {
            return transition is CheckTransition.Pending ? policy.HealthyEdgeInterval ?? policy.Interval : policy.Interval;
        }

        var unhealthy = policy.UnhealthyInterval ?? policy.Interval;
        return transition is CheckTransition.Pending ? policy.UnhealthyEdgeInterval ?? unhealthy : unhealthy;
    }
}
