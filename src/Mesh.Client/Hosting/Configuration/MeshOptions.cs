namespace Mesh.Client;

/// <summary>Settings of the mesh in this process: configuration section <c>Mesh</c>, environment <c>Mesh__…</c>. All have working defaults.</summary>
public sealed class MeshOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Mesh";

    /// <summary>
    /// Addresses of the control plane, tried in order: <c>http://host:port</c> or <c>https://host:port</c>. Configuration may hold one text, several separated by commas, or a list.
    /// Empty: the gRPC bootstrap (<c>GRPC_XDS_BOOTSTRAP</c>, <c>GRPC_XDS_BOOTSTRAP_CONFIG</c>) if there is one, else <c>http://127.0.0.1:15010</c>.
    /// </summary>
    public IList<string> ControlPlane { get; } = [];

    /// <summary>The service this process is part of: a DNS label. Default: the application's name, made into one.</summary>
    public string? Service { get; set; }

    /// <summary>The namespace this process runs in: a DNS label. Default: <c>default</c>.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>The service account this process runs as: a DNS subdomain. Default: <c>default</c>.</summary>
    public string ServiceAccount { get; set; } = "default";

    /// <summary>
    /// The WorkloadGroup of the namespace that this process registers with: the control plane makes a WorkloadEntry of it, with the group's template. Default: none; the
    /// environment's <c>ISTIO_META_AUTO_REGISTER_GROUP</c> names one too.
    /// </summary>
    public string? Group { get; set; }

    /// <summary>The network of this process: endpoints of another one are called through its gateway. Default: none, that of the control plane's own; the environment's <c>ISTIO_META_NETWORK</c> names one too.</summary>
    public string? Network { get; set; }

    /// <summary>Labels of this process, such as <c>version</c>; subsets and selectors choose by them. <c>app</c> is the service unless set.</summary>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Ports that callers write, by name, such as <c>http: 9080</c>, 1 to 65535. Default: the ports this process listens on.</summary>
    public IDictionary<string, int> Ports { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// Where this process runs, <c>region</c>, <c>region/zone</c> or <c>region/zone/subzone</c>: locality load balancing prefers what is near, and callers of this process see it there
    /// (Istio's <c>topology.istio.io</c> and <c>topology.kubernetes.io</c> labels). Default: none, which is as far from everything.
    /// </summary>
    public string Locality { get; set; } = "";

    /// <summary>The trust domain of identities. Default: <c>cluster.local</c>.</summary>
    public string TrustDomain { get; set; } = "cluster.local";

    /// <summary>
    /// Where callers reach this process: an IP address or a host name, or up to eight IP addresses with commas between them, such as one of each family (<c>10.0.0.5, fd00::5</c>): the process is
    /// known by the first, and callers try all (gRFC A61). Default: the address it listens on.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>Who this process is in the mesh, and how it proves it.</summary>
    public MeshIdentityOptions Identity { get; } = new();

    /// <summary>Outbound requests.</summary>
    public MeshOutboundOptions Outbound { get; } = new();

    /// <summary>HTTP clients.</summary>
    public MeshHttpOptions Http { get; } = new();

    /// <summary>The connection to the control plane.</summary>
    public MeshXdsOptions Xds { get; } = new();

    /// <summary>Headers that flow on from a request to the calls made for it.</summary>
    public MeshPropagationOptions Propagation { get; } = new();

    /// <summary>Requests of a lane and the workloads they go to.</summary>
    public MeshLaneOptions Lanes { get; } = new();

    /// <summary>What this process tells of its traffic.</summary>
    public MeshTelemetryOptions Telemetry { get; } = new();

    /// <summary>What holds while the control plane does not.</summary>
    public MeshFallbackOptions Fallback { get; } = new();

    /// <summary>The watch over the thread pool of the process.</summary>
    public MeshThreadPoolOptions ThreadPool { get; } = new();

    /// <summary>Access logs.</summary>
    public MeshAccessLogOptions AccessLogs { get; } = new();

    /// <summary>The end of the process.</summary>
    public MeshShutdownOptions Shutdown { get; } = new();
}
