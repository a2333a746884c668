namespace Mesh.Client.Model;

/// <summary>How endpoints are asked for their health (Envoy's active health checking).</summary>
internal sealed record HealthCheckPolicy
{
    public required HealthProbe Probe { get; init; }

    /// <summary>Limit for one check.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Time between two checks of an endpoint.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Failed checks in a row that make a healthy endpoint unhealthy.</summary>
    public required uint UnhealthyThreshold { get; init; }

    /// <summary>Passed checks in a row that make an unhealthy endpoint healthy; the very first check decides alone.</summary>
    public required uint HealthyThreshold { get; init; }

    /// <summary>Random wait before the first check.</summary>
    public TimeSpan InitialJitter { get; init; }

    /// <summary>Random time added to every interval.</summary>
    public TimeSpan IntervalJitter { get; init; }

    /// <summary>Random time added to every interval, in percent of it.</summary>
    public uint IntervalJitterPercent { get; init; }

    /// <summary>Interval while no request went to the cluster yet.</summary>
    public TimeSpan NoTrafficInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for endpoints that are healthy; null means <see cref="NoTrafficInterval"/>.</summary>
    public TimeSpan? NoTrafficHealthyInterval { get; init; }

    /// <summary>Interval of unhealthy endpoints; null means <see cref="Interval"/>.</summary>
    public TimeSpan? UnhealthyInterval { get; init; }

    /// <summary>Interval after a failure that does not make the endpoint unhealthy yet; null means the unhealthy interval.</summary>
    public TimeSpan? UnhealthyEdgeInterval { get; init; }

    /// <summary>Interval after a success that does not make the endpoint healthy yet; null means <see cref="Interval"/>.</summary>
    public TimeSpan? HealthyEdgeInterval { get; init; }

    /// <summary>Whether a check may use a connection that is open already.</summary>
    public bool ReuseConnection { get; init; } = true;
}
