using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class EnvoyFilterValidatorTests
{
    private const string Manager = "envoy.filters.network.http_connection_manager";

    [Theory]
    [InlineData("{patch: {operation: REMOVE}}", "spec.configPatches[0].applyTo: applyTo is required")]
    [InlineData("{applyTo: CLUSTER}", "spec.configPatches[0].patch: a patch is required")]
    [InlineData("{applyTo: CLUSTER, patch: {value: {}}}", "spec.configPatches[0].patch.operation: an operation is required")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: ADD}}", "spec.configPatches[0].patch.value: a value is required")]
    [InlineData("{applyTo: CLUSTER, match: {proxy: {proxyVersion: '(a'}}, patch: {operation: REMOVE}}", "not valid RE2")]
    [InlineData("{applyTo: CLUSTER, match: {listener: {}}, patch: {operation: REMOVE}}", "a listener match does not fit applyTo Cluster")]
    [InlineData("{applyTo: HTTP_FILTER, match: {cluster: {}}, patch: {operation: REMOVE}}", "a cluster match does not fit applyTo HttpFilter")]
    [InlineData("{applyTo: CLUSTER, match: {routeConfiguration: {}}, patch: {operation: REMOVE}}", "a route configuration match does not fit")]
    [InlineData("{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {}}}}, patch: {operation: REMOVE}}", "filter.name: the name of the filter is required")]
    [InlineData("{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {name: " + Manager + ", subFilter: {name: a}}}}}, patch: {operation: REMOVE}}", "with applyTo HTTP_FILTER only")]
    [InlineData("{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: other, subFilter: {name: a}}}}}, patch: {operation: REMOVE}}", "HTTP filters are within")]
    [InlineData("{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: " + Manager + ", subFilter: {}}}}}, patch: {operation: REMOVE}}", "subFilter.name: the name of the filter is required")]
    [InlineData("{applyTo: HTTP_FILTER, match: {context: SIDECAR_INBOUND, waypoint: {}}, patch: {operation: REMOVE}}", "a waypoint match goes with the context WAYPOINT")]
    [InlineData("{applyTo: HTTP_FILTER, match: {context: WAYPOINT, listener: {}}, patch: {operation: REMOVE}}", "a waypoint match goes with the context WAYPOINT")]
    [InlineData("{applyTo: HTTP_FILTER, match: {context: WAYPOINT, waypoint: {portNumber: 65536}}, patch: {operation: REMOVE}}", "waypoint.portNumber: port must be between 1 and 65535")]
    [InlineData("{applyTo: HTTP_FILTER, patch: {operation: ADD, value: {name: a, typed_config: {}}}}", "patch.value.typed_config.@type: expected the type")]
    [InlineData("{applyTo: HTTP_FILTER, patch: {operation: ADD, value: {name: a, typed_config: {'@type': type.googleapis.com/envoy.config.filter.http.lua.v2.Lua}}}}", "of the v2 API")]
    public void Validate_BrokenPatch_IsRejected(string patch, string expected) =>
        Assert.Contains(Manifest.Errors(Of($"configPatches: [{patch}]")), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: " + Manager + "}}}}, patch: {operation: INSERT_FIRST, value: {name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}}}")]
    [InlineData("{applyTo: HTTP_FILTER, match: {context: WAYPOINT, waypoint: {filter: {name: " + Manager + ", subFilter: {name: envoy.filters.http.router}}}}, patch: {operation: REMOVE}}")]
    [InlineData("{applyTo: CLUSTER, match: {context: WAYPOINT, waypoint: {}}, patch: {operation: REMOVE}}")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: ADD, value: {name: lua_cluster}}}")]
    [InlineData("{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {transportProtocol: tls}}}, patch: {operation: MERGE_AND_REPLACE_LIST, value: {name: " + Manager + "}}}")]
    [InlineData("{applyTo: VIRTUAL_HOST, match: {proxy: {proxyVersion: '^1\\.2.*'}, routeConfiguration: {vhost: {name: 'a:80', route: {action: ANY}}}}, patch: {operation: MERGE, value: {a: 1}}}")]
    public void Validate_Sound_IsAccepted(string patch) => Assert.Empty(Manifest.Errors(Of($"configPatches: [{patch}]")));

    [Theory]
    [InlineData("{applyTo: LISTENER, match: {listener: {filterChain: {filter: {name: a}}}}, patch: {operation: REMOVE}}", "has no effect with applyTo Listener")]
    [InlineData("{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {name: envoy.http_connection_manager}}}}, patch: {operation: REMOVE}}", "is an old name of the filter")]
    public void Validate_Doubtful_IsAcceptedWithAWarning(string patch, string expected)
    {
        var yaml = Of($"configPatches: [{patch}]");

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(Manifest.Warnings(yaml), warning => warning.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_SelectorAndTargets_IsRejected() => Assert.Contains(
        Manifest.Errors(Of("workloadSelector: {labels: {a: b}}\ntargetRefs: [{kind: Service, name: a}]")),
        error => error.Contains("only one of workloadSelector and targetRefs", StringComparison.Ordinal));

    private static string Of(string spec) => Manifest.Of("networking.istio.io/v1alpha3", "EnvoyFilter", "a", spec);
}
