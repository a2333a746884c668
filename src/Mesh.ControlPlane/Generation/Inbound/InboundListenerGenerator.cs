using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Inbound.Authentication;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>Makes the listener of a server: a gRPC xDS server will not serve before it has one (gRFC A36), Mesh.Server follows the rules in it.</summary>
internal static class InboundListenerGenerator
{
    /// <summary>istiod's names of inbound listeners start with this.</summary>
    public const string Prefix = "xds.istio.io/grpc/lds/inbound/";

    // Istio's filter that counts connections, where no HTTP is spoken.
    private const string ConnectionStatsName = "istio.stats";
    private const string ConnectionStatsType = "type.googleapis.com/stats.PluginConfig";

    public static bool IsInbound(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static Listener? Generate(GenerationContext context, string name)
    {
        if (ListenerName.Parse(name[Prefix.Length..]) is not { Port: { } port } bound
            || !System.Net.IPAddress.TryParse(bound.Host.Trim('[', ']'), out var address)
            || !AddressOwners.Of(context.State.Registry).IsOpenTo(context.Client, address.ToString(), port))
        {
            return null;
        }

        var target = InboundTarget.Of(context, address.ToString(), port);
        var manager = Any.Pack(ManagerOf(target));
        var listener = new Listener { Name = name, Address = Envelope.SocketAddress(target.Address, port) };
        foreach (var chain in FilterChains.Of(target))
        {
            if (target.IsTcp && !context.IsProxylessGrpc)
            {
                chain.Filters.Add(new Filter { Name = ConnectionStatsName, TypedConfig = new Any { TypeUrl = ConnectionStatsType } });
            }

            chain.Filters.Add(new Filter { Name = Envelope.HttpConnectionManager, TypedConfig = manager });
            listener.FilterChains.Add(chain);
        }

        return listener;
    }

    private static HttpConnectionManager ManagerOf(InboundTarget target)
    {
        var manager = new HttpConnectionManager { RouteConfig = Routes() };
        if (!target.Context.IsProxylessGrpc)
        {
            PathNormalization.Apply(target.Context.Settings, manager);
            if (InboundRouteGenerator.Generate(target) is { Count: > 0 } hosts)
            {
                manager.RouteConfig = new RouteConfiguration { Name = "inbound", VirtualHosts = { hosts } };
            }
        }

        manager.HttpFilters.Add(InboundFilters.Of(target, hasRoutes: manager.RouteConfig.VirtualHosts.Any(host => host.Routes.Any(route => route.TypedPerFilterConfig.Count > 0))));
        return manager;
    }

    private static RouteConfiguration Routes() => new()
    {
        Name = "inbound",
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = "inbound",
                Domains = { "*" },
                Routes = { new Route { Match = new RouteMatch { Prefix = "/" }, NonForwardingAction = new NonForwardingAction() } },
            },
        },
    };
}
