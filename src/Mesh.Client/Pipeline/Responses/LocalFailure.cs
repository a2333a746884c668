using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Why the mesh answers a request itself: Envoy's status, letters and text, and the gRPC status that says the same.</summary>
internal sealed record LocalFailure(HttpStatusCode Status, int GrpcStatus, string Flags, string Text)
{
    private const int DeadlineExceeded = 4;
    private const int Internal = 13;
    private const int Unavailable = 14;

    /// <summary>Why no connection could be made; null otherwise.</summary>
    public string? TransportReason { get; private init; }

    /// <summary>gRPC clients answer UNAVAILABLE too (gRFC A28).</summary>
    public static LocalFailure NoRoute { get; } = new(HttpStatusCode.NotFound, Unavailable, ResponseFlags.NoRoute, "");

    private static LocalFailure NoEndpoint { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.NoHealthyUpstream, "no healthy upstream");

    public static LocalFailure NoCluster { get; } = new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.NoCluster, "");

    private static LocalFailure NoClusterNotFound { get; } = NoCluster with { Status = HttpStatusCode.NotFound };

    private static LocalFailure NoClusterInternal { get; } = NoCluster with { Status = HttpStatusCode.InternalServerError };

    public static LocalFailure DropOverload { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.DropOverload, "drop overload");

    public static LocalFailure Overflow { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.UpstreamOverflow, Disconnected("overflow"));

    public static LocalFailure RequestTimeout { get; } =
        new(HttpStatusCode.GatewayTimeout, DeadlineExceeded, ResponseFlags.UpstreamRequestTimeout, "upstream request timeout");

    public static LocalFailure ConnectionTimeout { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.UpstreamConnectionFailure, Disconnected("connection timeout"));

    public static LocalFailure ConnectionTermination { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.UpstreamConnectionTermination, Disconnected("connection termination"));

    public static LocalFailure RemoteReset { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.UpstreamRemoteReset, Disconnected("remote reset"));

    public static LocalFailure RefusedStream { get; } =
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.UpstreamRemoteReset, Disconnected("remote refused stream reset"));

    public static LocalFailure ProtocolError { get; } =
        new(HttpStatusCode.BadGateway, Unavailable, ResponseFlags.UpstreamProtocolError, Disconnected("protocol error"));

    /// <summary>A route leads to a cluster that there is not, and may say with which status that is answered.</summary>
    public static LocalFailure NoClusterOf(Route route) => route.Action is ForwardAction forward
        ? forward.MissingClusterStatus switch
        {
            HttpStatusCode.NotFound => NoClusterNotFound,
            HttpStatusCode.InternalServerError => NoClusterInternal,
            _ => NoCluster,
        }
        : NoCluster;

    public static LocalFailure ConnectionFailure(string reason) => new(
        HttpStatusCode.ServiceUnavailable,
        Unavailable,
        ResponseFlags.UpstreamConnectionFailure,
        Disconnected($"remote connection failure, transport failure reason: {reason}"))
    {
        TransportReason = reason,
    };

    /// <param name="reason">Why the configuration leaves the cluster without endpoints, if it says so.</param>
    public static LocalFailure NoHealthyUpstream(string? reason) =>
        reason is null ? NoEndpoint : NoEndpoint with { Text = $"{NoEndpoint.Text}: {reason}" };

    public static LocalFailure NotInRegistry(string authority) => new(
        HttpStatusCode.BadGateway,
        Unavailable,
        ResponseFlags.None,
        $"{authority} is not in the mesh, and the outbound traffic policy is RegistryOnly: add a ServiceEntry for it, or set Mesh:Outbound:TrafficPolicy to AllowAny.");

    public static LocalFailure NoConfiguration(string authority, string? reason) => new(
        HttpStatusCode.ServiceUnavailable,
        Unavailable,
        ResponseFlags.NoCluster,
        $"no usable configuration for {authority}: {reason ?? "the control plane gave no reason"}");

    /// <summary>Nobody said that plaintext is allowed there, and this process has an identity to lose.</summary>
    public static LocalFailure PlaintextRefused(string authority, string? reason) => NoConfiguration(
        authority, $"{reason}; it is not sent in plaintext by a process with an identity of the mesh, since {authority} may demand mutual TLS (Mesh:Fallback:AllowPlaintext allows it)");

    /// <summary>The application asked for a subset (<see cref="MeshRequestOptions.Subset"/>) that the control plane has not told of in time.</summary>
    public static LocalFailure NoSubset(string authority, string cluster) => new(
        HttpStatusCode.ServiceUnavailable,
        Unavailable,
        ResponseFlags.NoCluster,
        $"the control plane did not answer within Mesh:Outbound:DiscoveryTimeout for {cluster}, which MeshRequestOptions.Subset makes of a request to {authority}");

    /// <summary>The route asks for something this version cannot do; doing something else would be worse (gRFC A28).</summary>
    public static LocalFailure UnsupportedAction(string route, string action) => new(
        HttpStatusCode.InternalServerError,
        Internal,
        ResponseFlags.None,
        $"route '{route}' asks for '{action}', which this version of the mesh does not support");

    /// <param name="status">The HTTP status that was asked for.</param>
    /// <param name="grpcStatus">The gRPC status that was asked for, or that says the same.</param>
    public static LocalFailure FaultAbort(HttpStatusCode status, int grpcStatus) =>
        new(status, grpcStatus, ResponseFlags.FaultInjected, "fault filter abort");

    /// <summary>gRPC has no redirects; its clients fail such a route (gRFC A28).</summary>
    public static LocalFailure GrpcRedirect(string route) =>
        new(HttpStatusCode.ServiceUnavailable, Unavailable, ResponseFlags.None, $"route '{route}' answers with a redirect, which gRPC cannot follow");

    /// <summary>A fixed response, as a gRPC client sees it.</summary>
    public static LocalFailure DirectResponse(HttpStatusCode status, int grpcStatus, string text) => new(status, grpcStatus, ResponseFlags.None, text);

    /// <summary>The same, with the letters of the delay that was injected before.</summary>
    public LocalFailure AfterDelay() => this with
    {
        Flags = Flags == ResponseFlags.None ? ResponseFlags.DelayInjected : $"{ResponseFlags.DelayInjected},{Flags}",
    };

    private static string Disconnected(string reason) =>
        $"upstream connect error or disconnect/reset before headers. reset reason: {reason}";
}
