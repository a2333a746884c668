using System.Collections.Immutable;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Connections;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Tcp;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Client.Xds.Decoders.Gateways;

/// <summary>Decodes the listeners of a gateway (istiod: direction OUTBOUND, an address to bind, and filter chains).</summary>
internal static class GatewayListenerDecoder
{
    private const string ConnectionManagerType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    private const string TcpProxyType = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    /// <summary>Whether it is one of a gateway; clients of the mesh bind nothing, and their listeners have no direction or an <c>api_listener</c>.</summary>
    public static bool Is(Listener message) => message is { ApiListener: null, TrafficDirection: TrafficDirection.Outbound, Address.SocketAddress: not null };

    public static GatewayListener? Decode(Listener message, DecodeErrors errors)
    {
        var place = message.Address.SocketAddress;
        if (!IPAddress.TryParse(place.Address, out var address) || place.PortValue is < 1 or > ushort.MaxValue)
        {
            errors.Add($"address: expected an IP address and a port from 1 to {ushort.MaxValue}, got '{place.Address}' and {place.PortValue}");
            return null;
        }

        var overlap = new MatchOverlap();
        var chains = ImmutableArray.CreateBuilder<GatewayChain>();
        for (var index = 0; index < message.FilterChains.Count; index++)
        {
            var chainErrors = errors.In("filter_chains", index);
            var chain = Decode(message.FilterChains[index], chainErrors);
            overlap.Add(chain.Match, chainErrors.In("filter_chain_match"));
            chains.Add(chain);
        }

        if (message.DefaultFilterChain is { } fallback)
        {
            chains.Add(Decode(fallback, errors.In("default_filter_chain")));
        }

        if (chains.Count == 0)
        {
            errors.Add("filter_chains: expected at least one, got none");
        }

        return new GatewayListener(message.Name, address, (int)place.PortValue, chains.ToImmutable());
    }

    private static GatewayChain Decode(FilterChain message, DecodeErrors errors)
    {
        var chain = new GatewayChain(message.Name, FilterChainMatchDecoder.Decode(message.FilterChainMatch, errors.In("filter_chain_match")))
        {
            Tls = message.TransportSocket is { } socket ? ServerTlsDecoder.Decode(socket, errors.In("transport_socket")) : null,
        };
        if (message.Filters.Count != 1 || message.Filters[0].TypedConfig is not { } any)
        {
            errors.Add($"filters: expected one with typed_config, got {message.Filters.Count}");
            return chain;
        }

        return Decode(chain, any, errors.In("filters", 0));
    }

    private static GatewayChain Decode(GatewayChain chain, Any any, DecodeErrors errors)
    {
        switch (TypedConfig.Read(any, errors))
        {
            case { TypeUrl: ConnectionManagerType } config:
                return config.Parse(HttpConnectionManager.Parser, errors) is { } manager ? chain with { Requests = GatewayRequestsDecoder.Decode(manager, errors) } : chain;
            case { TypeUrl: TcpProxyType } config:
                return config.Parse(TcpProxy.Parser, errors) is { } proxy ? chain with { Connection = TcpProxyDecoder.Decode(chain.Name, proxy, errors) } : chain;
            case { } other:
                errors.Add($"expected {ConnectionManagerType} or {TcpProxyType}, got {other.TypeUrl}");
                return chain;
            default:
                return chain;
        }
    }
}
