using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Connections;
using Mesh.ControlPlane.Generation.Inbound;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Sources;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Listeners;

/// <summary>Makes the listener of a client for one port of a service; inbound names go to <see cref="InboundListenerGenerator"/>.</summary>
internal static class ListenerGenerator
{
    private const string UnspecifiedAddress = "0.0.0.0";

    public static Listener? Generate(GenerationContext context, string name)
    {
        if (InboundListenerGenerator.IsInbound(name))
        {
            return InboundListenerGenerator.Generate(context, name);
        }

        if (ListenerName.Parse(name) is not { } asked)
        {
            return null;
        }

        if (HostResolution.OfClient(context, asked.Host, asked.Port) is { } service && PortOf(context, service, asked) is { } port)
        {
            return Listener(context, name, service, port);
        }

        return asked.Port is { } number && UnregisteredHost.Find(context, asked.Host, number) is { } routed
            ? Listener(context, name, routed, routed.Service.Ports[0])
            : UnknownHostListener.Generate(context, name, asked);
    }

    private static ServicePort? PortOf(GenerationContext context, ResolvedService service, ListenerName asked) =>
        asked.Port is { } number
            ? service.Port(number)
            : service.Service.Ports.FirstOrDefault(port => port.Protocol != ServiceProtocol.Udp && context.Scope.Imports(service.Service, port.Number));

    private static Listener Listener(GenerationContext context, string name, ResolvedService service, ServicePort port)
    {
        var listener = new Listener
        {
            // A client looks for the name it asked for, short or full.
            Name = name,
            Address = Envelope.SocketAddress(service.Service.Addresses.FirstOrDefault(IsAddress) ?? UnspecifiedAddress, port.Number),
        };

        // gRPC's own clients know api_listener alone, and istiod gives it to them for every port.
        if (context.IsProxylessGrpc || !port.Protocol.IsOpaque())
        {
            listener.ApiListener = new ApiListener { ApiListener_ = Any.Pack(Manager(context, service, port)) };
        }

        // Of a port without a stated protocol istiod lets a sidecar find out which of the two it is; in a process the caller knows.
        if (!context.IsProxylessGrpc && !port.Protocol.IsHttp())
        {
            FilterChainGenerator.Apply(new ConnectionTarget(context, service, port), listener);
        }

        return listener;
    }

    private static HttpConnectionManager Manager(GenerationContext context, ResolvedService service, ServicePort port) => new()
    {
        Rds = new Rds { ConfigSource = Envelope.Ads(), RouteConfigName = new OutboundName(port.Number, "", service.Host).ToString() },
        HttpFilters = { Envelope.Fault(), SessionFilter.Of(context, service.Service), Envelope.Router() },
    };

    // A ServiceEntry may give a range, which is no address to listen on.
    private static bool IsAddress(string address) => System.Net.IPAddress.TryParse(address, out _);
}
