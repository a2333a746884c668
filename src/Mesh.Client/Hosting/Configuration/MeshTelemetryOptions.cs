namespace Mesh.Client;

/// <summary>What this process tells of its traffic (<c>Mesh:Telemetry</c>); Telemetry resources say the rest.</summary>
public sealed class MeshTelemetryOptions
{
    /// <summary>The default of <see cref="MaxSeries"/>.</summary>
    public const int DefaultMaxSeries = 2_000;

    /// <summary>Whether Istio's standard metrics are made. Default: true.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>
    /// Series of each of Istio's metrics, 10 to 1,000,000. What comes when they are full counts in one series whose labels are all <c>other</c>, and
    /// <c>mesh.metrics.overflow</c> grows. Default: 2,000.
    /// </summary>
    public int MaxSeries { get; set; } = DefaultMaxSeries;

    /// <summary>
    /// Where a page of metrics of its own listens, such as <c>http://127.0.0.1:15020</c> (port 0: any free one, told in the log): <c>/metrics</c>, outside of the mesh and its
    /// policies, so that a Prometheus without a certificate of the mesh can read it. It has no other protection: give it an address that only those reach who may read it.
    /// Default: none; <c>app.MapMeshMetrics()</c> puts the same page among the application's own endpoints.
    /// </summary>
    public string? MetricsAddress { get; set; }

    /// <summary>Whether operators may look at single requests of this process for a time (<c>meshctl tap</c>, docs/tap.md), without bodies, queries and secrets. Default: true.</summary>
    public bool Tap { get; set; } = true;

    /// <summary>
    /// Whether .NET's own <c>http.client.*</c> metrics say whom the mesh has chosen (<c>mesh.destination_service</c>, <c>mesh.destination_workload</c>). Costs several hundred bytes a
    /// call. Default: false.
    /// </summary>
    public bool EnrichHttpClientMetrics { get; set; }

    /// <summary>Whether calls to workloads of the mesh say which workload makes them (Envoy's headers <c>x-envoy-peer-metadata</c>), for the labels of the other side. Default: true.</summary>
    public bool SendPeerMetadata { get; set; } = true;
}
