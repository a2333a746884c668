using System.Collections.Immutable;
using Mesh.ControlPlane.Generation.Endpoints.Localities;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Networks;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Replaces endpoints that a client does not reach by the gateways of their network, as istiod does.</summary>
internal static class NetworkView
{
    private const uint LargestWeight = uint.MaxValue / 65_536;

    /// <param name="context">The client and the state.</param>
    /// <param name="service">Whose endpoints they are.</param>
    /// <param name="endpoints">Those that would be sent.</param>
    public static IEnumerable<ServiceEndpoint> Of(GenerationContext context, Service service, ImmutableArray<ServiceEndpoint> endpoints)
    {
        var gateways = context.State.Registry.Gateways;
        return gateways.IsEmpty || endpoints.All(endpoint => WaysTo(context, gateways, endpoint).IsEmpty) ? endpoints : Replace(context, service, endpoints, gateways);
    }

    private static IEnumerable<ServiceEndpoint> Replace(GenerationContext context, Service service, ImmutableArray<ServiceEndpoint> endpoints, ImmutableArray<NetworkGateway> gateways)
    {
        // An endpoint is shared by all gateways that lead to it: weights are scaled so that the shares are whole numbers.
        var scale = (uint)gateways.GroupBy(gateway => gateway.Network, StringComparer.Ordinal).Select(group => group.Count()).Aggregate(LeastCommonMultiple);

        // By address: clients refuse the whole assignment for one that is there twice, be it in two localities or as the way into two clusters.
        var behind = new Dictionary<(string Address, int Port), (NetworkGateway Way, ServiceEndpoint Nearest, ulong Weight)>();
        var seen = new List<ServiceEndpoint>();
        foreach (var endpoint in endpoints)
        {
            var ways = WaysTo(context, gateways, endpoint);
            if (ways.IsEmpty)
            {
                seen.Add(scale == 1 ? endpoint : endpoint with { Weight = Clamp((ulong)endpoint.Weight * scale) });
            }
            else if (!endpoint.IsGuest && MutualTlsEndpoints.Takes(context, service, endpoint))
            {
                // Behind a gateway nobody tells a guest from a member. And without the SNI of the mesh's TLS a gateway would not know where to go on.
                foreach (var way in ways)
                {
                    var (first, nearest, weight) = behind.GetValueOrDefault((way.Address, way.Port), (way, endpoint, 0UL));
                    behind[(way.Address, way.Port)] = (first, Nearer(context, nearest, endpoint), weight + ((ulong)endpoint.Weight * scale / (ulong)ways.Length));
                }
            }
        }

        seen.AddRange(behind
            .Where(entry => !context.IsProxylessGrpc || EndpointAddress.IsIp(entry.Key.Address))
            .Select(entry => Gateway(entry.Value.Way, entry.Value.Nearest, Clamp(entry.Value.Weight))));
        return seen.OrderBy(endpoint => endpoint.Locality, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Address, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Port);
    }

    /// <summary>A gateway is where the nearest endpoint behind it is: calls that may leave their locality get there as soon as to that one.</summary>
    private static ServiceEndpoint Nearer(GenerationContext context, ServiceEndpoint held, ServiceEndpoint next)
    {
        var client = LocalityName.Parse(context.Client.Locality);
        return client.DistanceTo(LocalityName.Parse(next.Locality)) < client.DistanceTo(LocalityName.Parse(held.Locality)) ? next : held;
    }

    private static ServiceEndpoint Gateway(NetworkGateway gateway, ServiceEndpoint nearest, uint weight) => new()
    {
        Address = gateway.Address,
        Port = gateway.Port,
        ServicePortName = nearest.ServicePortName,
        Namespace = nearest.Namespace,
        Locality = nearest.Locality,
        Network = gateway.Network,
        Cluster = gateway.Cluster.Length > 0 ? gateway.Cluster : nearest.Cluster,
        Weight = weight,
        IsGateway = true,
    };

    /// <summary>The gateways to an endpoint of another network: those of its own cluster, if there are any; none when it is reached directly.</summary>
    private static ImmutableArray<NetworkGateway> WaysTo(GenerationContext context, ImmutableArray<NetworkGateway> gateways, ServiceEndpoint endpoint)
    {
        var network = context.Client.Network;
        if (network.Length == 0 || endpoint.Network.Length == 0 || endpoint.Network == network)
        {
            return [];
        }

        var all = gateways.Where(gateway => gateway.Network == endpoint.Network).ToImmutableArray();
        var own = all.Where(gateway => gateway.Cluster == endpoint.Cluster).ToImmutableArray();
        return own.IsEmpty ? all : own;
    }

    private static uint Clamp(ulong weight) => (uint)Math.Clamp(weight, 1, LargestWeight);

    private static int LeastCommonMultiple(int left, int right)
    {
        var (a, b) = (left, right);
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return left / a * right;
    }
}
