using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;
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
            return InboundListenerGenerator.Generate(name);
        }

        if (ListenerName.Parse(name) is not { } asked || HostResolution.OfClient(context, asked.Host) is not { } service)
        {
            return null;
        }

        var port = asked.Port is { } number ? service.Port(number) : FirstPort(service);
        return port is null ? null : Listener(name, service, port);
    }

    private static ServicePort? FirstPort(ResolvedService service) =>
        service.Service.Ports.FirstOrDefault(port => port.Protocol != ServiceProtocol.Udp);

    private static Listener Listener(string name, ResolvedService service, ServicePort port)
    {
        var manager = new HttpConnectionManager
        {
            Rds = new Rds { ConfigSource = Envelope.Ads(), RouteConfigName = new OutboundName(port.Number, "", service.Host).ToString() },
            HttpFilters = { Envelope.Fault(), Envelope.Router() },
        };
        return new Listener
        {
            // A client looks for the name it asked for, short or full.
            Name = name,
            Address = Envelope.SocketAddress(service.Service.Addresses.FirstOrDefault(IsAddress) ?? UnspecifiedAddress, port.Number),
            ApiListener = new ApiListener { ApiListener_ = Any.Pack(manager) },
        };
    }

    // A ServiceEntry may give a range, which is no address to listen on.
    private static bool IsAddress(string address) => System.Net.IPAddress.TryParse(address, out _);
}
