using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Resolution;

/// <summary>Puts the addresses of host names in the place of their names; unchanged addresses give the same record.</summary>
internal sealed class ResolvedEndpoints(HostTable hosts)
{
    private readonly Dictionary<string, (EndpointSet Source, long Version, EndpointSet Result)> _known = new(StringComparer.Ordinal);

    /// <summary>The host names among the endpoints.</summary>
    public static IEnumerable<string> HostsOf(EndpointSet endpoints) =>
        endpoints.Localities.SelectMany(locality => locality.Endpoints).Select(endpoint => endpoint.Address.Host).Where(host => !IPAddress.TryParse(host, out _));

    /// <summary>Each address once, with the weight and health of its name; localities that are left without stay, for their priority.</summary>
    public EndpointSet Of(string cluster, EndpointSet endpoints)
    {
        var known = _known.GetValueOrDefault(cluster);
        if (ReferenceEquals(known.Source, endpoints) && known.Version == hosts.Version)
        {
            return known.Result;
        }

        var seen = new HashSet<EndpointAddress>();
        var fresh = endpoints with { Localities = [.. endpoints.Localities.Select(locality => locality with { Endpoints = Resolve(locality.Endpoints, seen) })] };
        var result = ReferenceEquals(known.Source, endpoints) && HaveSameEndpoints(known.Result, fresh) ? known.Result : fresh;
        _known[cluster] = (endpoints, hosts.Version, result);
        return result;
    }

    /// <summary>Forgets clusters that nothing needs.</summary>
    public void Keep(HashSet<string> clusters)
    {
        foreach (var name in _known.Keys.Where(name => !clusters.Contains(name)).ToArray())
        {
            _known.Remove(name);
        }
    }

    private ImmutableArray<Endpoint> Resolve(ImmutableArray<Endpoint> endpoints, HashSet<EndpointAddress> seen) =>
    [
        .. from endpoint in endpoints
           from host in IPAddress.TryParse(endpoint.Address.Host, out _) ? [endpoint.Address.Host] : hosts.Find(endpoint.Address.Host)?.Addresses ?? []
           let address = endpoint.Address with { Host = host }
           where seen.Add(address)
           select endpoint with { Address = address },
    ];

    private static bool HaveSameEndpoints(EndpointSet left, EndpointSet right) =>
        left.Localities.Zip(right.Localities).All(pair => pair.First.Endpoints.SequenceEqual(pair.Second.Endpoints));
}
