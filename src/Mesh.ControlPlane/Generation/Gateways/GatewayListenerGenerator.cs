using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Inbound;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Makes the listener of one port of a gateway: a filter chain for each server there, or one for all in plaintext.</summary>
internal static class GatewayListenerGenerator
{
    private const string TlsProtocol = "tls";

    public static ImmutableArray<string> NamesOf(GenerationContext context) =>
    [
        .. GatewayMerge.Of(context)
            .Select(GatewayListenerName.Of)
            .Where(name => System.Net.IPAddress.TryParse(name.Address, out _))
            .Select(name => name.ToString())
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Where(name => Generate(context, GatewayListenerName.Parse(name)!.Value) is not null),
    ];

    public static Listener? Generate(GenerationContext context, GatewayListenerName name)
    {
        var servers = GatewayMerge.Of(context).Where(server => GatewayListenerName.Of(server) == name).ToArray();
        var listener = new Listener
        {
            Name = name.ToString(),
            Address = Envelope.SocketAddress(name.Address, name.Port),
            TrafficDirection = TrafficDirection.Outbound,
        };
        if (servers is [{ Protocol: GatewayProtocol.Http } first, ..])
        {
            listener.FilterChains.Add(Requests(context, name, first));
        }
        else
        {
            AddConnections(context, name, servers, listener);
        }

        return listener.FilterChains.Count > 0 ? listener : null;
    }

    private static void AddConnections(GenerationContext context, GatewayListenerName name, GatewayServer[] servers, Listener listener)
    {
        foreach (var server in servers)
        {
            if (server.SpeaksHttp)
            {
                var chain = Requests(context, name, server);
                chain.FilterChainMatch = MatchOf(server);
                chain.TransportSocket = GatewayTls.SocketOf(server);
                listener.FilterChains.Add(chain);
            }
            else
            {
                GatewayConnections.Add(context, server, listener);
            }
        }
    }

    /// <summary>What a server that ends TLS asks of a connection.</summary>
    public static FilterChainMatch MatchOf(GatewayServer server) =>
        new() { TransportProtocol = TlsProtocol, ServerNames = { server.ServerNames() } };

    private static FilterChain Requests(GenerationContext context, GatewayListenerName name, GatewayServer server)
    {
        var target = new InboundTarget(context, name.Address, name.Port, []);
        return new FilterChain
        {
            Name = server.RouteName,
            Filters = { new Filter { Name = Envelope.HttpConnectionManager, TypedConfig = Any.Pack(GatewayHttp.Of(target, server.RouteName)) } },
        };
    }
}
