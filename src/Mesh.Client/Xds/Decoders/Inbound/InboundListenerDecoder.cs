using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Inbound.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Client.Xds.Decoders.Inbound;

/// <summary>Decodes the listener of a server (gRFC A36): its filter chains end in a connection manager with inline routes.</summary>
internal static class InboundListenerDecoder
{
    private const string ConnectionManagerType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    // Istio's proxies have it as a network filter where they count connections, and among the HTTP filters where they count requests.
    private const string ConnectionStatsName = "istio.stats";

    /// <summary>Whether the listener is one of a server; that of a client has an <c>api_listener</c>, or carries connections unopened.</summary>
    public static bool Is(Listener message) => message.ApiListener?.ApiListener_ is null && Find(message) is not null;

    public static InboundPort? Decode(Listener message, DecodeErrors errors)
    {
        var scope = errors.In("filter_chains");
        if (Find(message) is not { } filter
            || TypedConfig.Read(filter.TypedConfig, scope)?.Parse(HttpConnectionManager.Parser, scope) is not { } manager)
        {
            return null;
        }

        if (manager.RouteConfig is not { } routes)
        {
            scope.Add($"expected route_config, got {manager.RouteSpecifierCase}");
            return null;
        }

        var port = new InboundPort
        {
            Routes = RouteConfigurationDecoder.Decode(routes, scope.In("route_config")),
            PeerAuthentication = PeerAuthenticationDecoder.Decode(message, scope),
            IsTcp = message.FilterChains.Any(chain => chain.Filters.Any(other => other.Name == ConnectionStatsName)),
        };
        return AuthorizationScopeDecoder.Decode(InboundFilterDecoder.Decode(port, manager.HttpFilters, scope), manager, scope);
    }

    // All chains of a port have the same routes and filters; they differ in what they ask of the connection.
    private static Filter? Find(Listener message) =>
        message.FilterChains.Append(message.DefaultFilterChain)
            .SelectMany(chain => chain?.Filters.AsEnumerable() ?? [])
            .FirstOrDefault(filter => filter.TypedConfig is { } any && TypedConfig.TypeName(any.TypeUrl) == ConnectionManagerType);
}
