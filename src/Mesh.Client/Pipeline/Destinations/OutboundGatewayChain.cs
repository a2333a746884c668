using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>What a gateway does with the connections that meet a condition, compiled.</summary>
internal sealed class OutboundGatewayChain
{
    private readonly FrozenDictionary<VirtualHost, OutboundDestination>? _hosts;

    /// <param name="chain">The condition, and how connections are read.</param>
    /// <param name="backend">What stands behind it.</param>
    /// <param name="compile">Joins destinations with their clusters.</param>
    public OutboundGatewayChain(GatewayChain chain, GatewayBackend backend, Func<Destination, OutboundDestination> compile)
    {
        (Chain, Backend) = (chain, backend);
        Connection = backend.Connection is { } connection ? compile(connection) : null;
        _hosts = backend.Routes?.VirtualHosts.Zip(backend.Hosts)
            .ToFrozenDictionary(pair => pair.First, pair => compile(pair.Second), (IEqualityComparer<VirtualHost>)ReferenceEqualityComparer.Instance);
        HasCors = backend.Routes?.VirtualHosts.Any(host => host.Routes.Any(route => route.Cors is not null)) ?? false;
    }

    public GatewayChain Chain { get; }

    public GatewayBackend Backend { get; }

    /// <summary>Where the bytes go unread; null where requests are read.</summary>
    public OutboundDestination? Connection { get; }

    /// <summary>Whether any route has a cross-origin policy.</summary>
    public bool HasCors { get; }

    public IEnumerable<OutboundDestination> Destinations => (_hosts?.Values.AsEnumerable() ?? []).Concat(Connection is { } connection ? [connection] : []);

    /// <summary>The routes for an authority; null when no virtual host is for it.</summary>
    public OutboundDestination? Find(Authority authority) =>
        Backend.Routes is { } routes && DomainMatch.Find(routes, authority) is { } host ? _hosts![host] : null;
}
