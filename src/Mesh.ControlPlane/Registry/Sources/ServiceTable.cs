using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Networks;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Gathers services in the order of their preference, and settles who describes a host.</summary>
internal sealed class ServiceTable(MeshNetworks networks)
{
    private readonly Dictionary<string, List<ServiceDraft>> _drafts = new(StringComparer.Ordinal);
    private readonly List<NetworkGateway> _gateways = [.. networks.Gateways];

    /// <summary>Whether a resource describes the host, and so which workloads are behind it.</summary>
    public bool IsSelecting(string host) => _drafts.TryGetValue(host, out var drafts) && drafts.Exists(draft => draft.Selecting is not null);

    public void Add(ServiceDraft draft, RegistryLabel label)
    {
        var service = draft.Service;
        if (!_drafts.TryGetValue(service.Hostname, out var drafts))
        {
            _drafts.Add(service.Hostname, drafts = []);
        }

        drafts.Add(draft with { Endpoints = [.. draft.Endpoints.Select(endpoint => Place(endpoint, label))] });
        if (service.GatewayNetwork.Length > 0)
        {
            _gateways.AddRange(service.IngressAddresses.Select(address => new NetworkGateway(service.GatewayNetwork, label.Cluster, address, service.GatewayPort)));
        }

        _gateways.AddRange(
            from gateway in networks.ServiceGateways
            where gateway.Service == service.Hostname
            from address in service.IngressAddresses
            select new NetworkGateway(gateway.Network, label.Cluster, address, gateway.Port));
    }

    public void Add(IEnumerable<NetworkGateway> gateways) => _gateways.AddRange(gateways);

    /// <summary>All that was added so far.</summary>
    public RegistrySnapshot ToSnapshot(long version)
    {
        // By host, one of each namespace, the preferred first.
        var hosts = _drafts.ToDictionary(host => host.Key, host => OnePerNamespace(host.Value), StringComparer.Ordinal);
        return new RegistrySnapshot(
            version,
            hosts.ToFrozenDictionary(host => host.Key, host => host.Value[0].Service, StringComparer.Ordinal),
            hosts.Where(host => host.Value[0].Endpoints.Length > 0)
                .ToFrozenDictionary(host => host.Key, host => host.Value[0].Endpoints, StringComparer.Ordinal))
        {
            Shadowed = hosts.Where(host => host.Value.Length > 1).ToFrozenDictionary(
                host => host.Key,
                host => host.Value[1..].Select(other => new ShadowedService(other.Service, other.Endpoints)).ToImmutableArray(),
                StringComparer.Ordinal),
            Gateways =
            [
                .. _gateways.Distinct()
                    .OrderBy(gateway => gateway.Network, StringComparer.Ordinal)
                    .ThenBy(gateway => gateway.Cluster, StringComparer.Ordinal)
                    .ThenBy(gateway => gateway.Address, StringComparer.Ordinal)
                    .ThenBy(gateway => gateway.Port),
            ],
        };
    }

    // Several descriptions in one namespace, be they of several registries, mean one service together (istiod merges their ports and endpoints).
    private static ImmutableArray<ServiceDraft> OnePerNamespace(List<ServiceDraft> drafts) =>
        drafts.Count == 1
            ? [drafts[0]]
            : [.. drafts.GroupBy(draft => draft.Service.Namespace, StringComparer.Ordinal).Select(group => group.Aggregate((first, next) => first.MergedWith(next)))];

    // What an endpoint says itself wins, then its labels, the mesh configuration, and its registry (istiod's order).
    private ServiceEndpoint Place(ServiceEndpoint endpoint, RegistryLabel label)
    {
        var cluster = endpoint.Cluster.Length > 0 ? endpoint.Cluster : label.Cluster;
        var locality = endpoint.Locality.Length > 0 ? endpoint.Locality : label.Locality;
        var network = endpoint.Network.Length > 0 ? endpoint.Network : endpoint.Labels.GetValueOrDefault(NetworkGateway.NetworkLabel, "");
        network = network.Length > 0 ? network : networks.NetworkOf(endpoint.Address, cluster);
        network = network.Length > 0 ? network : label.Network;
        return cluster.Length == 0 && network.Length == 0 && locality == endpoint.Locality
            ? endpoint
            : endpoint with { Cluster = cluster, Network = network, Locality = locality, Labels = TopologyLabel.AddTo(endpoint.Labels, cluster, network) };
    }
}
