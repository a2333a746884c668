using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Fallback.Declared;

/// <summary>Makes a destination of declared endpoints: one route, all of them in turn.</summary>
internal static class DeclaredDestination
{
    /// <param name="authority">Whom requests are meant for.</param>
    /// <param name="endpoints">At least one.</param>
    /// <param name="reason">For people.</param>
    public static Destination Of(Authority authority, ImmutableArray<EndpointAddress> endpoints, string reason)
    {
        var name = $"declared|{authority.Port}||{authority.Host}";
        var action = new ForwardAction { Clusters = [new WeightedCluster(name, 1)] };
        var route = new Route("declared", new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) }, action);
        var members = endpoints.Select(address => new Endpoint(address, 1, EndpointHealth.Unknown)).ToImmutableArray();
        var cluster = new Cluster { Name = name, Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, members)]), Reason = reason };
        return new Destination
        {
            Authority = authority,
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("declared", ["*"], [route]),
            Clusters = new Dictionary<string, Cluster>(StringComparer.Ordinal) { [name] = cluster }.ToFrozenDictionary(StringComparer.Ordinal),
            Reason = reason,
            Source = DestinationSource.Declared,
        };
    }
}
