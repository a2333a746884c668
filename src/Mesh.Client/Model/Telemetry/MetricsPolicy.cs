using System.Collections.Immutable;

namespace Mesh.Client.Model.Telemetry;

/// <summary>Which of Istio's metrics are made, and with which labels (Telemetry <c>metrics</c>).</summary>
internal sealed record MetricsPolicy
{
    public static MetricsPolicy Default { get; } = new();

    /// <summary>Of the calls that this process makes, by metric.</summary>
    public ImmutableArray<MetricOverride> Client { get; init; } = [];

    /// <summary>Of the requests that it serves, by metric.</summary>
    public ImmutableArray<MetricOverride> Server { get; init; } = [];

    /// <summary>Between two reports of connections that are open.</summary>
    public TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether none is made.</summary>
    public bool IsDisabled { get; init; }
}
