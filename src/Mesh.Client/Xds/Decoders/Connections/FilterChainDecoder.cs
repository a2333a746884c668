using System.Net;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Filters.Tcp;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Client.Xds.Decoders.Connections;

/// <summary>Decodes the filter chains of a client's listener, each of which must end in a TCP proxy and hold nothing else.</summary>
internal static class FilterChainDecoder
{
    private const string TcpProxyType = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    /// <summary>Null when the listener has no filter chains.</summary>
    public static ConnectionRoutes? Decode(Listener message, DecodeErrors errors)
    {
        if (message.FilterChains.Count == 0 && message.DefaultFilterChain is null)
        {
            return null;
        }

        var overlap = new MatchOverlap();
        var routes = new List<ConnectionRoute>();
        for (var index = 0; index < message.FilterChains.Count; index++)
        {
            var (chain, chainErrors) = (message.FilterChains[index], errors.In("filter_chains", index));
            var match = FilterChainMatchDecoder.Decode(chain.FilterChainMatch, chainErrors.In("filter_chain_match"));
            overlap.Add(match, chainErrors.In("filter_chain_match"));
            if (Route(chain, chainErrors) is { } route)
            {
                routes.Add(new ConnectionRoute(match, route));
            }
        }

        return new ConnectionRoutes
        {
            Routes = [.. routes],
            Default = message.DefaultFilterChain is { } fallback ? Route(fallback, errors.In("default_filter_chain")) : null,
            Address = VirtualAddress(message),
        };
    }

    private static TcpRoute? Route(FilterChain chain, DecodeErrors errors)
    {
        if (chain.TransportSocket is not null)
        {
            errors.Add("transport_socket: expected none, as a client has no connection to terminate");
        }

        if (chain.Filters.Count != 1 || chain.Filters[0].TypedConfig is null)
        {
            errors.Add($"filters: expected one with typed_config, {TcpProxyType}, got {chain.Filters.Count}");
            return null;
        }

        var filterErrors = errors.In("filters", 0);
        if (TypedConfig.Read(chain.Filters[0].TypedConfig, filterErrors) is not { } config)
        {
            return null;
        }

        if (config.TypeUrl != TcpProxyType)
        {
            filterErrors.Add($"expected {TcpProxyType}, got {config.TypeUrl}");
            return null;
        }

        return config.Parse(TcpProxy.Parser, filterErrors) is { } proxy ? TcpProxyDecoder.Decode(chain.Name, proxy, filterErrors) : null;
    }

    // The unspecified address stands for a service without one.
    private static IPAddress? VirtualAddress(Listener message) =>
        IPAddress.TryParse(message.Address?.SocketAddress?.Address, out var address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : null;
}
