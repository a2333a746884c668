using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Listeners;

/// <summary>Makes the listener of a server: a gRPC xDS server will not serve before it has one (gRFC A36), Mesh.Server follows the rules in it.</summary>
internal static class InboundListenerGenerator
{
    /// <summary>istiod's names of inbound listeners start with this.</summary>
    public const string Prefix = "xds.istio.io/grpc/lds/inbound/";

    public static bool IsInbound(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static Listener? Generate(GenerationContext context, string name)
    {
        if (ListenerName.Parse(name[Prefix.Length..]) is not { Port: { } port } bound
            || !System.Net.IPAddress.TryParse(bound.Host.Trim('[', ']'), out var address))
        {
            return null;
        }

        var manager = new HttpConnectionManager { RouteConfig = Routes(), HttpFilters = { Envelope.Router() } };
        if (!context.IsProxylessGrpc && InboundRouteGenerator.Generate(context, address.ToString(), port) is { Count: > 0 } hosts)
        {
            manager.RouteConfig = new RouteConfiguration { Name = "inbound", VirtualHosts = { hosts } };
            manager.HttpFilters.Insert(0, Envelope.Cors());
        }

        return new Listener
        {
            Name = name,
            Address = Envelope.SocketAddress(address.ToString(), port),
            FilterChains =
            {
                new FilterChain
                {
                    Name = "inbound-plaintext",
                    Filters = { new Filter { Name = Envelope.HttpConnectionManager, TypedConfig = Any.Pack(manager) } },
                },
            },
        };
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
                Routes = { new Mesh.Protocol.Envoy.Route.Route { Match = new RouteMatch { Prefix = "/" }, NonForwardingAction = new NonForwardingAction() } },
            },
        },
    };
}
