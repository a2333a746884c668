namespace Mesh.Client.Model.Telemetry;

/// <summary>What the control plane wants this process to tell of its traffic and its health; what it does not speak of is as by default.</summary>
internal sealed record WorkloadTelemetry
{
    public static WorkloadTelemetry Default { get; } = new();

    public MetricsPolicy Metrics { get; init; } = MetricsPolicy.Default;

    public TracingPolicy Tracing { get; init; } = TracingPolicy.Default;

    public AccessLogPolicy AccessLogs { get; init; } = AccessLogPolicy.None;

    /// <summary>How it finds out whether it takes requests; null: it says so itself.</summary>
    public ReadinessProbePolicy? Readiness { get; init; }
}
