using Mesh.Config.Validation.Rules;
using static Mesh.Config.Istio.Networking.EnvoyFilter.Types;
using ObjectTypes = Mesh.Config.Istio.Networking.EnvoyFilter.Types.EnvoyConfigObjectMatch.ObjectTypesOneofCase;

namespace Mesh.Config.Validation.EnvoyFilters;

/// <summary>What a patch is for must fit what it says it is applied to.</summary>
internal static class ObjectMatchRules
{
    private const string ConnectionManager = "envoy.filters.network.http_connection_manager";
    private const string OldConnectionManager = "envoy.http_connection_manager";

    // Names of before Envoy 1.14 that no longer exist.
    private static readonly HashSet<string> OldNames = new(StringComparer.Ordinal)
    {
        "envoy.buffer", "envoy.cors", "envoy.csrf", "envoy.dynamo", "envoy.ext_authz", "envoy.fault", "envoy.grpc_http1_bridge", "envoy.grpc_json_transcoder",
        "envoy.grpc_web", "envoy.gzip", "envoy.health_check", "envoy.http_dynamo_filter", "envoy.ip_tagging", "envoy.lua", "envoy.rate_limit", "envoy.router",
        "envoy.squash", "envoy.listener.http_inspector", "envoy.listener.original_dst", "envoy.listener.original_src", "envoy.listener.proxy_protocol",
        "envoy.listener.tls_inspector", "envoy.client_ssl_auth", "envoy.echo", "envoy.http_connection_manager", "envoy.mongo_proxy", "envoy.ratelimit",
        "envoy.redis_proxy", "envoy.sni_cluster", "envoy.tcp_proxy",
    };

    public static void Check(FieldScope scope, EnvoyConfigObjectMatch match, ApplyTo applyTo)
    {
        if (match.Proxy is { ProxyVersion.Length: > 0 } proxy && Re2Syntax.FindError(proxy.ProxyVersion) is { } error)
        {
            scope.Field("proxy.proxyVersion").Error($"the regular expression is not valid RE2: {error}");
        }

        scope.Require(
            (match.Context == PatchContext.Waypoint) == (match.ObjectTypesCase == ObjectTypes.Waypoint),
            "a waypoint match goes with the context WAYPOINT, and no other match does");
        switch (match.ObjectTypesCase)
        {
            case ObjectTypes.Listener:
                scope.Field("listener").Require(IsListenerClass(applyTo), $"a listener match does not fit applyTo {applyTo}");
                Listener(scope.Field("listener.filterChain.filter"), match.Listener.FilterChain?.Filter, applyTo);
                break;
            case ObjectTypes.RouteConfiguration:
                scope.Field("routeConfiguration").Require(IsRouteClass(applyTo), $"a route configuration match does not fit applyTo {applyTo}");
                break;
            case ObjectTypes.Cluster:
                scope.Field("cluster").Require(IsFree(applyTo) || applyTo == ApplyTo.Cluster, $"a cluster match does not fit applyTo {applyTo}");
                break;
            case ObjectTypes.Waypoint when match.Waypoint.HasPortNumber:
                ValueRules.Port(scope.Field("waypoint.portNumber"), match.Waypoint.PortNumber);
                break;
        }
    }

    private static void Listener(FieldScope scope, ListenerMatch.Types.FilterMatch? filter, ApplyTo applyTo)
    {
        if (filter is null)
        {
            return;
        }

        if (applyTo is ApplyTo.Listener or ApplyTo.FilterChain)
        {
            scope.Warning($"a match of a filter has no effect with applyTo {applyTo}");
        }

        scope.Field("name").Require(filter.Name.Length > 0, "the name of the filter is required");
        OldName(scope.Field("name"), filter.Name);
        if (filter.SubFilter is { } inner)
        {
            var field = scope.Field("subFilter");
            field.Require(applyTo == ApplyTo.HttpFilter, $"a filter within a filter is matched with applyTo HTTP_FILTER only, found {applyTo}");
            field.Require(filter.Name is ConnectionManager or OldConnectionManager, $"HTTP filters are within {ConnectionManager}; give that as the name of the filter");
            field.Field("name").Require(inner.Name.Length > 0, "the name of the filter is required");
            OldName(field.Field("name"), inner.Name);
        }
    }

    private static void OldName(FieldScope scope, string name)
    {
        if (OldNames.Contains(name))
        {
            scope.Warning($"\"{name}\" is an old name of the filter; write the one that begins with envoy.filters.");
        }
    }

    private static bool IsListenerClass(ApplyTo applyTo) => IsFree(applyTo)
        || applyTo is ApplyTo.Listener or ApplyTo.FilterChain or ApplyTo.NetworkFilter or ApplyTo.HttpFilter or ApplyTo.ListenerFilter;

    private static bool IsRouteClass(ApplyTo applyTo) =>
        IsFree(applyTo) || applyTo is ApplyTo.RouteConfiguration or ApplyTo.VirtualHost or ApplyTo.HttpRoute;

    /// <summary>Istio looks at no match there, or the error is told elsewhere.</summary>
    private static bool IsFree(ApplyTo applyTo) => applyTo is ApplyTo.Invalid or ApplyTo.ExtensionConfig or ApplyTo.Bootstrap;
}
