namespace Mesh.ControlPlane;

/// <summary>
/// The registries beside the control plane's own: section <c>MeshControlPlane:Registries</c>, each with a name of its own, such as
/// <c>MeshControlPlane:Registries:Consul:dc1:Address</c>. Where several list a host, the first describes it and all give endpoints: resources of the store, Kubernetes,
/// Consul, DNS, Services, processes that registered themselves, other control planes; by name within a kind. Read once, at start.
/// </summary>
public sealed class MeshRegistriesOptions
{
    /// <summary>Kubernetes clusters, by name: Services, EndpointSlices, Pods and Nodes.</summary>
    public IDictionary<string, MeshKubernetesOptions> Kubernetes { get; } = new Dictionary<string, MeshKubernetesOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Consul datacenters, by name.</summary>
    public IDictionary<string, MeshConsulOptions> Consul { get; } = new Dictionary<string, MeshConsulOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Services whose endpoints are in DNS, by name.</summary>
    public IDictionary<string, MeshDnsOptions> Dns { get; } = new Dictionary<string, MeshDnsOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the section <c>Services</c> of the configuration is a registry, in the form of Microsoft.Extensions.ServiceDiscovery and Aspire (<c>Services:basket:http:0=localhost:5301</c>).
    /// Default: false. It is followed when the configuration is loaded again; the services are in the default namespace.
    /// </summary>
    public bool Services { get; set; }

    /// <summary>Control planes of other clusters, by name.</summary>
    public IDictionary<string, MeshPeerOptions> Peers { get; } = new Dictionary<string, MeshPeerOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How long a start waits for the first answer of every registry before it serves without those that are missing. Default: 30 s. Range: 0 to 1 h. Until then <c>/readyz</c> answers 503
    /// and nobody is sent configuration. A control plane of another cluster is tried once and not waited for.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
