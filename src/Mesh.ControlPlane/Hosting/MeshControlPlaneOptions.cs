using Mesh.Config.Stores;

namespace Mesh.ControlPlane;

/// <summary>Settings of the control plane: section <c>MeshControlPlane</c> of the configuration (environment: <c>MeshControlPlane__…</c>). Read once, at start.</summary>
public sealed class MeshControlPlaneOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "MeshControlPlane";

    /// <summary>A folder of mesh resources in YAML that is read, then followed, and written by the API (docs/stores.md); it must exist. Default: none, the mesh then holds <see cref="Resources"/>, what registers itself, and what the API is given while the process lives.</summary>
    public string? ConfigFolder { get; set; }

    /// <summary>Whether the API is kept from writing into <see cref="ConfigFolder"/>, because somebody else writes it, such as a checkout of a Git repository. Default: false. Its writes are then refused (403), and nothing is remembered beside the files.</summary>
    public bool ConfigReadOnly { get; set; }

    /// <summary>
    /// Whether to serve although <see cref="ConfigFolder"/> holds nothing, or less than half (of four or more), of what it held when this control plane ran last. Default: false: the ports then open when
    /// the folder holds enough again, and until then clients keep what they have. What was there is remembered in <see cref="StateFolder"/>; without one there is no such check.
    /// </summary>
    public bool AllowShrunkStore { get; set; }

    /// <summary>
    /// How many resources one namespace may have. Default: 10,000. Range: 1 to 1,000,000. The API refuses more (403), and of files those that come later are left out with a warning.
    /// Resources that are in no namespace share one count. A resource may have 1 MiB as JSON.
    /// </summary>
    public int ObjectsPerNamespace { get; set; } = StoreLimits.DefaultObjectsPerNamespace;

    /// <summary>Mesh resources as YAML texts, one or more documents each; all must be valid. Default: none. Not together with <see cref="ConfigFolder"/>.</summary>
    public IList<string> Resources { get; } = [];

    /// <summary>
    /// Where configuration is kept. Default: null, which is <see cref="ControlPlaneStore.Folder"/> with <see cref="ConfigFolder"/> and <see cref="ControlPlaneStore.Memory"/> without.
    /// With <see cref="ControlPlaneStore.Postgres"/> it comes through the API alone, and several control planes may share it.
    /// </summary>
    public ControlPlaneStore? Store { get; set; }

    /// <summary>The database of <see cref="ControlPlaneStore.Postgres"/>.</summary>
    public MeshPostgresOptions Postgres { get; } = new();

    /// <summary>The API server of <see cref="ControlPlaneStore.Kubernetes"/>.</summary>
    public MeshKubernetesOptions Kubernetes { get; } = new();

    /// <summary>Where else services come from: Kubernetes, Consul, DNS, the section <c>Services</c>, control planes of other clusters.</summary>
    public MeshRegistriesOptions Registries { get; } = new();

    /// <summary>The name of this cluster, where there are several. Default: none. Endpoints and their metadata carry it.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>The network of this cluster's workloads, unless they or the mesh configuration (<c>meshNetworks</c>) say otherwise. Default: none: everybody reaches them directly.</summary>
    public string Network { get; set; } = "";

    /// <summary>
    /// The port of xDS over plaintext HTTP/2. Default: 15010. Range: 0 to 65535; 0 takes any free port, see <see cref="MeshControlPlaneAddresses"/>.
    /// Nobody can prove there who it is, so it listens on the loopback address alone, whatever <see cref="Address"/> says.
    /// </summary>
    public int XdsPort { get; set; } = 15010;

    /// <summary>Whether the plaintext port listens at all. Default: true. Turn it off where several users share a machine: each of their processes reaches it.</summary>
    public bool Plaintext { get; set; } = true;

    /// <summary>
    /// The port of xDS and of the certificate authority over TLS, where every stream needs a certificate of the mesh or an identity token.
    /// Default: null, which is 15012, or any free port when <see cref="XdsPort"/> is 0. Range: 0 to 65535; 0 takes any free port.
    /// </summary>
    public int? SecurePort { get; set; }

    /// <summary>
    /// What the HTTP API asks of its callers. Default: null, which is <see cref="ApiAuthentication.LoopbackDevelopment"/> on a loopback <see cref="Address"/> and
    /// <see cref="ApiAuthentication.Required"/> on any other. LoopbackDevelopment on another address ends the start, unless <see cref="ForceDevelopment"/> is set.
    /// </summary>
    public ApiAuthentication? Authentication { get; set; }

    /// <summary>Lets an API without credentials listen on an address that others reach, with a warning. Default: false. For closed test networks only.</summary>
    public bool ForceDevelopment { get; set; }

    /// <summary>The port of health, version and debug pages over HTTP. Default: 15014. Range: 0 to 65535; 0 takes any free port.</summary>
    public int HttpPort { get; set; } = 15014;

    /// <summary>The IP address that the TLS port and the HTTP port listen on. Default: <c>127.0.0.1</c>. On any other than a loopback address the HTTP port speaks TLS too.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>How long a change waits for a next one before both are sent together. Default: 20 ms. Range: 0 to 10 s, at most <see cref="DebounceMax"/>.</summary>
    public TimeSpan DebounceQuiet { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest that a change waits while others keep coming. Default: 200 ms. Range: 0 to 60 s.</summary>
    public TimeSpan DebounceMax { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a process stays an endpoint after its stream broke, so that a reconnect is no change. Default: 3 s. Range: 0 to 1 h.</summary>
    public TimeSpan GraceTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long after its start the control plane waits for workloads to come back before it changes the endpoints of clients that were connected before.
    /// Default: 5 s. Range: 0 to 1 h; 0 tells every client at once what is known. A service of which no endpoint is back keeps its last ones for 150 s.
    /// New clients never wait.
    /// </summary>
    public TimeSpan RestartGraceTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a client keeps a stream before it is asked to connect anew, give or take a tenth, so that clients spread over several control planes again after one of them
    /// was away. Default: 30 min. Range: 1 min to 30 days, or <see cref="Timeout.InfiniteTimeSpan"/> (<c>-00:00:00.001</c>) for no limit. It costs one reconnect, and changes no route.
    /// </summary>
    public TimeSpan MaxStreamAge { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Over which time clients are handed over to other control planes when this one stops, each at a moment of its own; new ones are refused meanwhile, and <c>/readyz</c> answers 503.
    /// Default: 5 s with the stores Postgres and Kubernetes, which others serve too; else 0, which ends all at once. Range: 0 to 5 min. The stop goes on as soon as the last client has gone.
    /// </summary>
    public TimeSpan? DrainTime { get; set; }

    /// <summary>The ending of service names, as Kubernetes has it. Default: <c>cluster.local</c>. A DNS name in lower case.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>The namespace of resources and processes that name none. Default: <c>default</c>. A DNS label in lower case.</summary>
    public string DefaultNamespace { get; set; } = "default";

    /// <summary>The trust domain of every identity of the mesh. Default: <c>cluster.local</c>, as Istio's. A DNS name in lower case; changing it means a new <see cref="StateFolder"/>.</summary>
    public string TrustDomain { get; set; } = "cluster.local";

    /// <summary>
    /// A folder for the keys of the certificate authority, tokens, the issuance log and what was revoked; made if it is not there, for its owner alone, and used by one control plane at a time.
    /// Default: none, all of that ends with the process; the standalone program uses <c>mesh/control-plane/TRUST-DOMAIN</c> of the user's local application data.
    /// A key in it that others may read ends the start.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>Nobody asked for <see cref="StateFolder"/>: when it cannot be used, as another control plane of this user has it, memory does.</summary>
    internal bool IsStateFolderOptional { get; set; }

    /// <summary>The certificate authority of the mesh.</summary>
    public MeshAuthorityOptions Authority { get; } = new();

    /// <summary>How often the keys at a <c>jwksUri</c> are fetched again. Default: 20 min. Range: 1 min to 24 h. A failed fetch is repeated sooner, at most every 5 min.</summary>
    public TimeSpan JwksRefreshInterval { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How long keys that were fetched stand when their issuer cannot be asked; then every token of the issuer is refused. Default: 24 h. Range: <see cref="JwksRefreshInterval"/> to 30 days.</summary>
    public TimeSpan JwksMaxStale { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Hosts of a <c>jwksUri</c> that may have an address that is not public, as <c>name</c> or <c>name:port</c>. Default: none. Every other host must
    /// have a public address: a resource must not send the control plane to loopback, private, link-local or metadata addresses.
    /// </summary>
    public IList<string> JwksAllowedHosts { get; } = [];

    /// <summary>Networks in CIDR form, such as <c>10.0.0.0/8</c>, where keys may be fetched although they are not public. Default: none.</summary>
    public IList<string> JwksAllowedNetworks { get; } = [];

    /// <summary>
    /// Who may write VirtualServices, DestinationRules and ServiceEntries for the services of a namespace. Default: <see cref="Mesh.ControlPlane.HostOwnership.Shared"/>, as Istio;
    /// <see cref="Mesh.ControlPlane.HostOwnership.Namespace"/> refuses at admission what names hosts of another namespace, unless it is in the root namespace of the mesh configuration (<c>istio-system</c>).
    /// </summary>
    public HostOwnership HostOwnership { get; set; }

    /// <summary>
    /// How often clients report what they sent where, for the service graph (docs/graph.md). Default: 5 s. Range: 1 s to 5 min, or 0: clients are then not asked, and there is no graph.
    /// </summary>
    public TimeSpan LoadReportInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How far back the service graph goes. Default: 1 h. Range: 5 min to 24 h. The memory that it takes is bounded (docs/graph.md).</summary>
    public TimeSpan GraphHistory { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether Istio's analyzers run over the configuration whenever it changes and write what they find into <c>status.validationMessages</c> of each resource.
    /// Default: false, as Istio's <c>PILOT_ENABLE_ANALYSIS</c>. Of several control planes on one database one does it.
    /// </summary>
    public bool Analysis { get; set; }

    /// <summary>How long after a change its analysis starts, and the least time between two. Default: 10 s, as Istio's <c>PILOT_ANALYSIS_INTERVAL</c>. Range: 100 ms to 1 h.</summary>
    public TimeSpan AnalysisInterval { get; set; } = TimeSpan.FromSeconds(10);
}
