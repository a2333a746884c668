namespace Mesh.Client.Model;

/// <summary>When an endpoint that answers badly takes no requests for a while (Envoy's outlier detection; the two rate rules are gRFC A50's).</summary>
/// <remarks>The defaults are those of Envoy's message. Percentages of enforcement are the chance that a detection ejects; 0 turns a rule off.</remarks>
internal sealed record OutlierDetectionPolicy
{
    /// <summary>Time between two sweeps: they end ejections and apply the rate rules.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an ejection lasts, times the ejections of late.</summary>
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest ejection; never below <see cref="BaseEjectionTime"/>.</summary>
    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Random time added to an ejection, so that endpoints do not come back together.</summary>
    public TimeSpan MaxEjectionTimeJitter { get; init; }

    /// <summary>Share of the cluster's endpoints that may be ejected at one time.</summary>
    public uint MaxEjectionPercent { get; init; } = 10;

    /// <summary>Whether one endpoint may be ejected whatever the percentage says; null leaves it to the rule for small clusters.</summary>
    public bool? AlwaysEjectOne { get; init; }

    /// <summary>Whether a passed health check ends an ejection at once.</summary>
    public bool UnejectOnHealthCheck { get; init; } = true;

    /// <summary>Whether failures on this side (connect, reset, timeout) are counted apart from the endpoint's answers.</summary>
    public bool SplitLocalOrigin { get; init; }

    public ConsecutiveRule Consecutive5xx { get; init; } = new(5, 100);

    /// <summary>502, 503 and 504 only.</summary>
    public ConsecutiveRule ConsecutiveGateway { get; init; } = new(5, 0);

    /// <summary>Only with <see cref="SplitLocalOrigin"/>.</summary>
    public ConsecutiveRule ConsecutiveLocalOrigin { get; init; } = new(5, 100);

    public SuccessRateRule SuccessRate { get; init; } = new();

    public FailurePercentageRule FailurePercentage { get; init; } = new();

    /// <summary>Whether any rate rule can eject, so that rates must be counted.</summary>
    public bool CountsRates => SuccessRate is { Enforcing: > 0 } or { EnforcingLocalOrigin: > 0 }
        || FailurePercentage is { Enforcing: > 0 } or { EnforcingLocalOrigin: > 0 };
}
