using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>The resource types that are served, and the order in which a change goes over the wire.</summary>
internal static class ServedTypes
{
    /// <summary>Additions: what is pointed at goes before what points at it (Envoy xDS protocol, "eventual consistency considerations").</summary>
    public static IReadOnlyList<string> MakeOrder { get; } =
        [XdsTypeUrl.Secret, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment, XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.WorkloadTelemetry];

    /// <summary>Removals, after all additions: what points goes before what it points at.</summary>
    public static IReadOnlyList<string> BreakOrder { get; } =
        [XdsTypeUrl.Listener, XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment, XdsTypeUrl.Secret, XdsTypeUrl.WorkloadTelemetry];

    public static bool Contains(string typeUrl) => MakeOrder.Contains(typeUrl);

    /// <summary>In the state of the world, a listener or cluster that a response leaves out does not exist; other types keep what they had.</summary>
    public static bool IsFullState(string typeUrl) => typeUrl is XdsTypeUrl.Listener or XdsTypeUrl.Cluster;

    /// <summary>The name that people use, such as <c>LDS</c>.</summary>
    public static string ShortName(string typeUrl) => typeUrl switch
    {
        XdsTypeUrl.Listener => "LDS",
        XdsTypeUrl.RouteConfiguration => "RDS",
        XdsTypeUrl.Cluster => "CDS",
        XdsTypeUrl.ClusterLoadAssignment => "EDS",
        XdsTypeUrl.Secret => "SDS",
        XdsTypeUrl.WorkloadTelemetry => "TELEMETRY",
        _ => typeUrl,
    };
}
