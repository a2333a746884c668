using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Routing.Connections;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>What the mesh does with the raw connections to one authority, compiled.</summary>
internal sealed class OutboundConnections
{
    private readonly ConnectionMatcher _matcher;
    private readonly ImmutableArray<OutboundConnectionRoute> _routes;
    private readonly OutboundConnectionRoute? _default;

    public OutboundConnections(ConnectionRoutes connections, Func<string, OutboundCluster?> findCluster)
    {
        Address = connections.Address;
        HasTlsRules = connections.Routes.Any(route => route.Match.IsTls == true || !route.Match.ServerNames.IsEmpty);
        _matcher = new ConnectionMatcher(connections.Routes);
        _routes = [.. connections.Routes.Select(route => new OutboundConnectionRoute(route.Route, findCluster))];
        _default = connections.Default is { } route ? new OutboundConnectionRoute(route, findCluster) : null;
    }

    /// <summary>The virtual address of the service; null when it has none.</summary>
    public IPAddress? Address { get; }

    /// <summary>Whether a route asks for TLS, so that its callers are taken to speak it.</summary>
    public bool HasTlsRules { get; }

    /// <summary>Null when the connection is refused.</summary>
    public OutboundConnectionRoute? Find(in ConnectionView view)
    {
        var index = _matcher.Find(view);
        return index < 0 ? _default : _routes[index];
    }
}
