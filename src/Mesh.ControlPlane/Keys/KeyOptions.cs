namespace Mesh.ControlPlane.Keys;

/// <summary>How keys are fetched, and from where.</summary>
internal sealed record KeyOptions
{
    /// <summary>How often a set is asked for again (Istio's PILOT_JWT_PUB_KEY_REFRESH_INTERVAL).</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long the last good set stands when its issuer cannot be asked.</summary>
    public TimeSpan MaxStale { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The least time between two refreshes that somebody asks for: a flood of unknown keys must not become one of requests.</summary>
    public TimeSpan OnDemandInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After the first failure; doubles with each.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Of a rule that gives none (Istio).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of any rule: an issuer that takes longer must not hold a place among those that are asked.</summary>
    public TimeSpan LongestTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests at the same time, over all issuers.</summary>
    public int Concurrency { get; init; } = 8;
}
