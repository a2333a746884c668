namespace Mesh.Protocol.Xds;

/// <summary>The type URLs of the xDS resources.</summary>
internal static class XdsTypeUrl
{
    public const string Listener = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public const string RouteConfiguration = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public const string ClusterLoadAssignment = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    /// <summary>Not a resource: by a request of this type istiod's agents tell what the probe of their WorkloadGroup found, with an error detail when the workload is ill.</summary>
    public const string HealthInformation = "type.googleapis.com/istio.v1.HealthInformation";

    public const string Secret = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    /// <summary>Our own: what a workload tells of its traffic.</summary>
    public const string WorkloadTelemetry = "type.googleapis.com/mesh.telemetry.v1.WorkloadTelemetry";
}
