using Mesh.Client.Model;
using Mesh.Client.Routing.Connections;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Why the mesh does not open a connection, as the caller is told.</summary>
internal static class ConnectionRefusal
{
    private const string BlackHole = "BlackHoleCluster";

    /// <summary>The policy of this process.</summary>
    public static MeshConnectException NotInRegistry(Authority authority) => new(
        $"{authority} is not in the mesh, and the outbound traffic policy is RegistryOnly: add a ServiceEntry for it, or set Mesh:Outbound:TrafficPolicy to AllowAny.",
        ResponseFlags.NoHealthyUpstream);

    /// <summary>The policy of the mesh or of a Sidecar, which the control plane answers with a cluster that has no endpoints.</summary>
    private static MeshConnectException Blocked(Authority authority) => new(
        $"{authority} is not in the mesh, and outboundTrafficPolicy is REGISTRY_ONLY: add a ServiceEntry for it, or change the mode in the mesh configuration or the Sidecar.",
        ResponseFlags.NoHealthyUpstream);

    public static MeshConnectException NoConfiguration(Authority authority, string? reason) => new(
        $"No usable configuration for {authority}: {reason ?? "the control plane gave no reason"}.",
        ResponseFlags.NoCluster);

    /// <summary>Rules for requests cannot be kept by a stream that is not looked into, and to leave them out silently would be worse.</summary>
    public static MeshConnectException RequestsOnly(Authority authority) => new(
        $"{authority} is an HTTP port: its routes are for requests, not for raw connections. Send requests with HttpClient or a handler of IMeshHandlerFactory; "
        + "if something else is spoken there, say so: a port name that begins with tcp- or tls-, or appProtocol.",
        ResponseFlags.NoRoute);

    public static MeshConnectException NoRoute(Authority authority, in ConnectionView view) => new(
        $"{authority} has no route for this connection ({Describe(view)}): add a tcp[] or tls[] rule that matches, or set MeshConnectOptions to what the rules ask for.",
        ResponseFlags.NoRoute);

    public static MeshConnectException NoCluster(Authority authority, string route) => new(
        $"Route '{route}' of {authority} leads to a cluster that the control plane does not have: look at its destination host, subset and port.",
        ResponseFlags.NoCluster);

    public static MeshConnectException DropOverload(Authority authority) => new(
        $"The connection to {authority} is in the share that the control plane wants dropped.",
        ResponseFlags.DropOverload);

    /// <param name="authority">What was asked for.</param>
    /// <param name="cluster">Where it was routed to; Istio's black hole stands for REGISTRY_ONLY.</param>
    public static MeshConnectException NoHealthyUpstream(Authority authority, Cluster cluster) => cluster.Name == BlackHole ? Blocked(authority) : new(
        $"No endpoint of {cluster.Name} takes connections: {cluster.Reason ?? "none is registered and healthy"}.",
        ResponseFlags.NoHealthyUpstream);

    public static MeshConnectException Overflow(Cluster cluster) => new(
        $"{cluster.Name} has as many connections as it may have ({cluster.Policy.Limits.MaxConnections}): close some, or raise connectionPool.tcp.maxConnections.",
        ResponseFlags.UpstreamOverflow);

    public static MeshConnectException ConnectFailed(Cluster cluster, int attempts, EndpointAddress last, Exception reason) => new(
        $"No endpoint of {cluster.Name} accepted the connection in {attempts} {(attempts == 1 ? "attempt" : "attempts")}; the last was {last}: {reason.Message}",
        ResponseFlags.UpstreamConnectionFailure,
        reason);

    public static MeshConnectException PassthroughFailed(Authority authority, string? meshReason, Exception reason) => new(
        $"Cannot connect to {authority}, which is not in the mesh ({meshReason ?? "no service and no ServiceEntry has this host and port"}): {reason.Message}",
        ResponseFlags.UpstreamConnectionFailure,
        reason);

    private static string Describe(in ConnectionView view) =>
        $"{(view.IsTls ? $"TLS with server name '{view.ServerName}'" : "no TLS")}, address {view.Address?.ToString() ?? "unknown"}";
}
