using Mesh.ControlPlane.Hosting.Options.Registries;
using Mesh.ControlPlane.Registries.Consul;
using Mesh.ControlPlane.Registries.Dns;
using Mesh.ControlPlane.Registries.Http;
using Mesh.ControlPlane.Registries.Kubernetes;
using Mesh.ControlPlane.Registries.Peers;
using Mesh.ControlPlane.Registries.Services;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Stores.Kubernetes;

namespace Mesh.ControlPlane.Hosting.Registries;

/// <summary>Makes the registries that the settings name, in the order of their preference.</summary>
internal sealed class RegistryFactory(MeshControlPlaneOptions options, IConfiguration? configuration, KubernetesConfigStore? store, ILoggerFactory loggers, TimeProvider time)
{
    private readonly ILogger _logger = loggers.CreateLogger<RegistryFeed>();
    private readonly HostAddresses _addresses = new(time);

    /// <exception cref="IOException">A file of the settings cannot be used.</exception>
    public RegistryFeeds Create() => new([.. Kubernetes(), .. Consul(), .. Dns(), .. Services(), .. Peers()]);

    private IEnumerable<RegistryFeed> Kubernetes()
    {
        var factory = new KubernetesFactory(configuration, loggers, time);
        if (store is not null)
        {
            var own = options.Kubernetes;
            yield return Feed(new RegistryLabel("kubernetes", own.Cluster, own.Network, own.Locality), new KubernetesReader(store.Mirror, isOwner: false, options.ClusterDomain, time));
        }

        foreach (var (name, kubernetes) in Ordered(options.Registries.Kubernetes))
        {
            yield return Feed(LabelOf("kubernetes", name, kubernetes), new KubernetesReader(factory.RegistryMirror(kubernetes), isOwner: true, options.ClusterDomain, time));
        }
    }

    private IEnumerable<RegistryFeed> Consul() =>
        from registry in Ordered(options.Registries.Consul)
        let consul = registry.Value
        let settings = new ConsulSettings(new RegistryEndpoint(new Uri(consul.Address), consul.RootsFile, consul.Token, consul.TokenFile))
        {
            Datacenter = consul.Datacenter,
            Namespace = consul.Namespace,
            HostSuffix = consul.HostSuffix,
            Tag = consul.Tag,
            Wait = consul.Wait,
            MaxConnections = consul.MaxConnections,
        }
        select Feed(LabelOf("consul", registry.Key, consul), new ConsulReader(settings, time));

    private IEnumerable<RegistryFeed> Dns() =>
        from registry in Ordered(options.Registries.Dns)
        let dns = registry.Value
        let settings = new DnsSettings
        {
            Name = dns.Name,
            IsServiceRecord = dns.Name.StartsWith('_'),
            Host = dns.Host.Length > 0 ? dns.Host : string.Join('.', dns.Name.ToLowerInvariant().TrimEnd('.').Split('.').SkipWhile(label => label.StartsWith('_'))),
            Namespace = dns.Namespace,
            Port = dns.Port,
            Protocol = dns.Protocol,
            Refresh = dns.Refresh,
            Servers = [.. dns.Servers.Select(server => RegistryOptionsRules.ParseServer(server)!)],
        }
        select Feed(LabelOf("dns", registry.Key, dns), new DnsReader(settings, _addresses, time));

    private IEnumerable<RegistryFeed> Services() =>
        options.Registries.Services && configuration is not null
            ? [Feed(new RegistryLabel("services"), new ServicesReader(configuration, new ServicesSettings(options.DefaultNamespace, options.ClusterDomain), _addresses, time))]
            : [];

    private IEnumerable<RegistryFeed> Peers() =>
        from registry in Ordered(options.Registries.Peers)
        let peer = registry.Value
        select new RegistryFeed(
            LabelOf("peer", registry.Key, peer) with { IsPeer = true, Cluster = peer.Cluster.Length > 0 ? peer.Cluster : registry.Key },
            new PeerReader(new RegistryEndpoint(new Uri(peer.Address), peer.RootsFile, peer.Token, peer.TokenFile), time),
            time,
            RandomSource.Default,
            _logger);

    private RegistryFeed Feed(RegistryLabel label, IRegistryReader reader) => new(OwnUnlessSaid(label), reader, time, RandomSource.Default, _logger);

    private RegistryLabel OwnUnlessSaid(RegistryLabel label) => label with
    {
        Cluster = label.Cluster.Length > 0 ? label.Cluster : options.Cluster,
        Network = label.Network.Length > 0 ? label.Network : options.Network,
    };

    private static RegistryLabel LabelOf(string kind, string name, MeshRegistryOptions registry) => new($"{kind}/{name}", registry.Cluster, registry.Network, registry.Locality);

    private static IEnumerable<KeyValuePair<string, T>> Ordered<T>(IDictionary<string, T> registries) => registries.OrderBy(registry => registry.Key, StringComparer.Ordinal);
}
