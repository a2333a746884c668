using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Connections;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Listeners;

/// <summary>Makes the listener of a host that the client does not see, by the outbound traffic policy; no listener means that requests pass.</summary>
internal static class UnknownHostListener
{
    /// <summary>istiod's names of the virtual hosts that catch everything else.</summary>
    private const string BlockAll = "block_all";
    private const string AllowAny = "allow_any";

    private const int BadGateway = 502;
    private const string Reason =
        "outboundTrafficPolicy is REGISTRY_ONLY: no service and no ServiceEntry that this workload sees has this host and port";

    public static Listener? Generate(GenerationContext context, string name, ListenerName asked)
    {
        // gRPC's own clients get listeners of services alone, as from istiod. What stays on the machine is not captured by a sidecar either.
        if (context.IsProxylessGrpc || IsLoopback(asked.Host))
        {
            return null;
        }

        return context.Scope switch
        {
            { AllowsAny: false } => Listener(name, asked, BlockAll, new Mesh.Protocol.Envoy.Route.Route
            {
                Name = BlockAll,
                Match = new RouteMatch { Prefix = "/" },
                DirectResponse = new DirectResponseAction { Status = BadGateway, Body = new DataSource { InlineString = Reason } },
            }, OutboundName.BlackHole),
            { EgressProxy: { } proxy } => Listener(name, asked, AllowAny, new Mesh.Protocol.Envoy.Route.Route
            {
                Name = AllowAny,
                Match = new RouteMatch { Prefix = "/" },
                Route_ = new RouteAction { Cluster = ClusterOf(proxy), Timeout = new Duration() },
            }, ClusterOf(proxy)),
            _ => null,
        };
    }

    private static string ClusterOf(Destination proxy) =>
        new OutboundName((int)(proxy.Port?.Number ?? 80), proxy.Subset, proxy.Host.ToLowerInvariant()).ToString();

    private static Listener Listener(string name, ListenerName asked, string virtualHost, Mesh.Protocol.Envoy.Route.Route route, string connectionCluster)
    {
        var manager = new HttpConnectionManager
        {
            RouteConfig = new RouteConfiguration
            {
                Name = virtualHost,
                VirtualHosts = { new VirtualHost { Name = virtualHost, Domains = { "*" }, Routes = { route } } },
            },
            HttpFilters = { Envelope.Fault(), Envelope.Router() },
        };
        return new Listener
        {
            Name = name,
            Address = Envelope.SocketAddress(IPAddress.Any.ToString(), asked.Port ?? 80),
            ApiListener = new ApiListener { ApiListener_ = Any.Pack(manager) },
            DefaultFilterChain = TcpProxyTranslator.ToCluster(connectionCluster),
        };
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (VirtualAddresses.Parse(host) is { } address && IPAddress.IsLoopback(address));
}
