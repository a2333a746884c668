using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Filters.Http.Cors;
using Mesh.Protocol.Envoy.Http;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

public sealed class InboundRouteTests
{
    private const string Address = "127.0.0.1";

    [Fact]
    public void Generate_CorsPolicy_IsGivenToTheWorkloadsOfTheService()
    {
        var manager = Inbound(Rules("""
              allowOrigins: [{exact: "https://a"}, {prefix: "https://b"}, {regex: "https://c.*"}]
              allowMethods: [GET, POST]
              allowHeaders: [x-a, x-b]
              exposeHeaders: [x-c]
              maxAge: 1m
              allowCredentials: true
              unmatchedPreflights: IGNORE
        """));

        Assert.Equal(["envoy.filters.http.cors", "envoy.filters.http.router"], manager.HttpFilters.Select(filter => filter.Name));
        var policy = Policy(manager);
        Assert.Equal(["https://a", "https://b", "https://c.*"], policy.AllowOriginStringMatch.Select(origin => origin.Exact + origin.Prefix + origin.SafeRegex?.Regex));
        Assert.Equal(("GET,POST", "x-a,x-b", "x-c", "60"), (policy.AllowMethods, policy.AllowHeaders, policy.ExposeHeaders, policy.MaxAge));
        Assert.True(policy.AllowCredentials);
        Assert.False(policy.ForwardNotMatchingPreflights);
        Assert.Equal(100u, policy.FilterEnabled.DefaultValue.Numerator);
    }

    [Fact]
    public void Generate_OldListOfOrigins_CountsWhereTheNewOneIsMissing()
    {
        var policy = Policy(Inbound(Rules("      allowOrigin: [\"*\"]")));

        Assert.Equal("*", Assert.Single(policy.AllowOriginStringMatch).Exact);
        Assert.True(policy.ForwardNotMatchingPreflights);
        Assert.Null(policy.AllowCredentials);
    }

    [Fact]
    public void Generate_RulesBeforeThePolicy_KeepTheirPlace()
    {
        var manager = Inbound("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews}
            spec:
              hosts: [reviews]
              http:
              - match: [{uri: {prefix: /plain}}, {sourceLabels: {app: x}}]
                route: [{destination: {host: reviews}}]
              - match: [{uri: {prefix: /cors}}]
                corsPolicy: {allowOrigins: [{exact: "https://a"}]}
                route: [{destination: {host: reviews}}]
              - route: [{destination: {host: reviews}}]
            """);

        var routes = Assert.Single(manager.RouteConfig.VirtualHosts).Routes;
        Assert.Equal(["/plain", "/cors"], routes.Select(route => route.Match.Prefix));
        Assert.All(routes, route => Assert.NotNull(route.NonForwardingAction));
        Assert.Contains("*", manager.RouteConfig.VirtualHosts[0].Domains);
    }

    [Fact]
    public void Generate_ForGrpc_StaysAsItsServersKnowIt()
    {
        var manager = Inbound(Rules("      allowOrigins: [{exact: \"https://a\"}]"), GeneratedMesh.Grpc);

        Assert.Equal(["envoy.filters.http.router"], manager.HttpFilters.Select(filter => filter.Name));
        Assert.Empty(Assert.Single(Assert.Single(manager.RouteConfig.VirtualHosts).Routes).TypedPerFilterConfig);
    }

    [Fact]
    public void Generate_PortOfAnotherProcess_HasNoRules()
    {
        var mesh = MeshOf(Rules("      allowOrigins: [{exact: \"https://a\"}]"));

        Assert.Equal(["envoy.filters.http.router"], Manager(mesh, $"{Address}:1", GeneratedMesh.MeshClient).HttpFilters.Select(filter => filter.Name));
    }

    private static string Rules(string cors) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - route: [{destination: {host: reviews} }]
            corsPolicy:
        {{cors}}
        """;

    private static GeneratedMesh MeshOf(string rules) => new GeneratedMesh(Bookinfo.Services, rules).With(Bookinfo.Process("reviews", "v1", 9180));

    private static HttpConnectionManager Inbound(string rules, ClientView? client = null) =>
        Manager(MeshOf(rules), $"{Address}:9180", client ?? GeneratedMesh.MeshClient);

    private static HttpConnectionManager Manager(GeneratedMesh mesh, string bound, ClientView client) =>
        Assert.Single(mesh.Listener($"xds.istio.io/grpc/lds/inbound/{bound}", client)!.FilterChains[0].Filters).TypedConfig.Unpack<HttpConnectionManager>();

    private static CorsPolicy Policy(HttpConnectionManager manager) =>
        Assert.Single(Assert.Single(manager.RouteConfig.VirtualHosts).Routes).TypedPerFilterConfig["envoy.filters.http.cors"].Unpack<CorsPolicy>();
}
