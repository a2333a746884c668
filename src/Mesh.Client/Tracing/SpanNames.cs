namespace Mesh.Client.Tracing;

/// <summary>The names of span attributes: OpenTelemetry's stable conventions for HTTP and RPC, and those that Istio's proxies add.</summary>
internal static class SpanNames
{
    // semantic-conventions, http-spans.
    public const string Method = "http.request.method";
    public const string OriginalMethod = "http.request.method_original";
    public const string ResendCount = "http.request.resend_count";
    public const string Status = "http.response.status_code";
    public const string Route = "http.route";
    public const string FullUrl = "url.full";
    public const string UrlPath = "url.path";
    public const string UrlQuery = "url.query";
    public const string UrlScheme = "url.scheme";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ClientAddress = "client.address";
    public const string PeerAddress = "network.peer.address";
    public const string PeerPort = "network.peer.port";
    public const string ProtocolVersion = "network.protocol.version";
    public const string UserAgent = "user_agent.original";
    public const string ErrorType = "error.type";

    // semantic-conventions, rpc-spans.
    public const string RpcSystem = "rpc.system.name";
    public const string RpcMethod = "rpc.method";
    public const string RpcStatus = "rpc.response.status_code";

    // Envoy's HttpTracerUtility, and Istio's tags.
    public const string Component = "component";
    public const string NodeId = "node_id";
    public const string RequestId = "guid:x-request-id";
    public const string EnvoyPeer = "peer.address";
    public const string UpstreamCluster = "upstream_cluster";
    public const string UpstreamClusterName = "upstream_cluster.name";
    public const string ResponseFlags = "response_flags";
    public const string RequestSize = "request_size";
    public const string ResponseSize = "response_size";
    public const string CanonicalService = "istio.canonical_service";
    public const string CanonicalRevision = "istio.canonical_revision";
    public const string Namespace = "istio.namespace";
    public const string MeshId = "istio.mesh_id";

    // Our own.
    public const string Principal = "mesh.peer.principal";
    public const string Attempts = "mesh.attempts";
    public const string RetryEvent = "retry";
    public const string EjectionEvent = "ejection";
}
