using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Generation.Gateways;

/// <summary>Which servers of several Gateway resources a workload opens, and under which names.</summary>
public sealed class GatewayMergeTests
{
    private static readonly ClientView Router = GeneratedMesh.MeshClient with { Labels = "app=gw,istio=ingressgateway", IsGateway = true };

    [Fact]
    public void NamesOf_SelectedGateway_HasOneListenerAPort()
    {
        var mesh = new GeneratedMesh(Gateway("a", Http(80, "http", "a.example")), Gateway("b", Http(80, "http", "b.example"), Http(8080, "other", "*")));

        Assert.Equal(["0.0.0.0_80", "0.0.0.0_8080"], Names(mesh));
        Assert.Equal("http.80", RouteName(mesh, "0.0.0.0_80"));
    }

    [Fact]
    public void NamesOf_OtherLabelsOrASidecar_HasNone()
    {
        var mesh = new GeneratedMesh(Gateway("a", Http(80, "http", "*")));

        Assert.Empty(Names(mesh, Router with { Labels = "istio=egressgateway" }));
        Assert.DoesNotContain(Names(mesh, Router with { IsGateway = false }), name => name.StartsWith("0.0.0.0_", StringComparison.Ordinal));
    }

    [Fact]
    public void NamesOf_AnotherProtocolAtThePort_KeepsTheOlder()
    {
        var mesh = new GeneratedMesh(
            Gateway("a", "{port: {number: 90, name: tcp, protocol: TCP}, hosts: ['*']}"),
            Gateway("b", Http(90, "http", "*")),
            Rules("a", "tcp: [{route: [{destination: {host: db}}]}]"));

        var chain = Assert.Single(mesh.Listener("0.0.0.0_90", Router)!.FilterChains);

        Assert.Equal("envoy.filters.network.tcp_proxy", Assert.Single(chain.Filters).Name);
        Assert.Contains(mesh.Logs.Entries, entry => entry.Message.Contains("port 90 speaks TCP for default/a already", StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_HttpsServers_HaveChainsByNameAndRoutesOfTheirOwn()
    {
        var mesh = new GeneratedMesh(Gateway(
            "a",
            "{port: {number: 443, name: one, protocol: HTTPS}, hosts: [./A.example], tls: {mode: SIMPLE, credentialName: one}}",
            "{port: {number: 443, name: two, protocol: HTTPS}, hosts: ['*.b.example'], tls: {mode: MUTUAL, credentialName: two}}",
            "{port: {number: 443, name: three, protocol: HTTPS}, hosts: [./a.example], tls: {mode: SIMPLE, credentialName: three}}"));

        var listener = mesh.Listener("0.0.0.0_443", Router)!;

        Assert.Equal(["https.443.one.a.default", "https.443.two.a.default"], listener.FilterChains.Select(chain => chain.Name));
        Assert.Equal(["a.example"], listener.FilterChains[0].FilterChainMatch.ServerNames);
        Assert.Equal(["*.b.example"], listener.FilterChains[1].FilterChainMatch.ServerNames);
    }

    [Fact]
    public void NamesOf_ServiceOfTheGateway_GivesItsTargetPort()
    {
        var mesh = new GeneratedMesh(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: istio-ingressgateway}
            spec:
              selector: {istio: ingressgateway}
              ports: [{name: http2, port: 80, targetPort: 8080}]
            """,
            Gateway("a", Http(80, "http", "*")));

        Assert.Equal(["0.0.0.0_8080"], Names(mesh));
        Assert.Equal("http.8080", RouteName(mesh, "0.0.0.0_8080"));
    }

    [Theory]
    [InlineData("*", "*", "*")]
    [InlineData("*", "shop.example", "shop.example")]
    [InlineData("*.example", "shop.example", "shop.example")]
    [InlineData("shop.example", "'*'", "shop.example")]
    [InlineData("shop.example", "'*.example'", "shop.example")]
    [InlineData("./shop.example", "shop.example", "shop.example")]
    [InlineData("default/shop.example", "shop.example", "shop.example")]
    [InlineData("*/shop.example", "shop.example", "shop.example")]
    [InlineData("elsewhere/shop.example", "shop.example", null)]
    [InlineData("other.example", "shop.example", null)]
    [InlineData("*.com", "shop.example", null)]
    public void Routes_HostsOfServerAndRules_MeetInTheNarrower(string server, string rules, string? expected)
    {
        var mesh = new GeneratedMesh(Gateway("a", Http(80, "http", server)), Rules("a", "http: [{route: [{destination: {host: shop}}]}]", rules));

        var hosts = mesh.Routes("http.80", Router)!.VirtualHosts;

        Assert.Equal(expected is null ? "blackhole:80" : $"{expected}:80", Assert.Single(hosts).Name);
        Assert.Equal(expected is null ? 0 : 1, hosts[0].Routes.Count);
    }

    [Fact]
    public void Routes_OfSeveralVirtualServices_PutTheCatchAllLast()
    {
        var mesh = new GeneratedMesh(
            Gateway("a", Http(80, "http", "*")),
            Rules("a", "http: [{name: all, route: [{destination: {host: shop}}]}]", name: "first"),
            Rules("default/a", "http: [{name: cart, match: [{uri: {prefix: /cart}}], route: [{destination: {host: cart}}]}]", name: "second"));

        var host = Assert.Single(mesh.Routes("http.80", Router)!.VirtualHosts);

        Assert.Equal(["cart", "all"], host.Routes.Select(route => route.Name));
    }

    [Fact]
    public void Routes_MatchForOtherGateways_IsLeftOut()
    {
        var mesh = new GeneratedMesh(
            Gateway("a", Http(80, "http", "*")),
            Rules("a, mesh", """
                http:
                  - {name: mesh, match: [{gateways: [mesh]}], route: [{destination: {host: shop}}]}
                  - {name: full, match: [{gateways: [default/a], uri: {prefix: /x}}], route: [{destination: {host: shop}}]}
                  - {name: mine, match: [{gateways: [a]}], route: [{destination: {host: shop}}]}
                """, "shop.example"));

        Assert.Equal(["full", "mine"], Assert.Single(mesh.Routes("http.80", Router)!.VirtualHosts).Routes.Select(route => route.Name).Order());
    }

    [Fact]
    public void Routes_NotExportedToTheGatewaysNamespace_AreLeftOut()
    {
        var mesh = new GeneratedMesh(Gateway("a", Http(80, "http", "*")), Rules("a", "exportTo: [elsewhere]\nhttp: [{route: [{destination: {host: shop}}]}]"));

        Assert.Equal("blackhole:80", Assert.Single(mesh.Routes("http.80", Router)!.VirtualHosts).Name);
    }

    [Fact]
    public void Routes_HttpsRedirect_AsksForTlsWithAndWithoutRules()
    {
        var mesh = new GeneratedMesh(Gateway("a", "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example], tls: {httpsRedirect: true}}"));

        var host = Assert.Single(mesh.Routes("http.80", Router)!.VirtualHosts);

        Assert.Equal(Mesh.Protocol.Envoy.Route.VirtualHost.Types.TlsRequirementType.All, host.RequireTls);
        Assert.Equal(["shop.example"], host.Domains);
    }

    [Fact]
    public void Secrets_OfTheGatewaysNamespace_GoToAProvedGatewayAlone()
    {
        var mesh = new GeneratedMesh("""
            apiVersion: v1
            kind: Secret
            metadata: {name: shop}
            type: kubernetes.io/tls
            stringData: {tls.crt: chain, tls.key: key, ca.crt: roots}
            """);
        var proved = Router with { ServiceAccount = "gw" };

        Assert.NotNull(Secret(mesh, "kubernetes://shop", proved));
        Assert.NotNull(Secret(mesh, "kubernetes://shop-cacert", proved));
        Assert.Null(Secret(mesh, "kubernetes://shop", Router));
        Assert.Null(Secret(mesh, "kubernetes://shop", proved with { IsGateway = false }));
        Assert.Null(Secret(mesh, "kubernetes://shop", proved with { Namespace = "elsewhere" }));
        Assert.NotNull(Secret(mesh, "kubernetes://default/shop", proved));
        Assert.Null(Secret(mesh, "kubernetes://default/shop", proved with { Namespace = "elsewhere" }));
        Assert.Null(Secret(mesh, "kubernetes://other", proved));
    }

    [Fact]
    public void Secrets_OfARuleThatNamesItsClients_GoToThoseThatHaveProvedThemselvesAlone()
    {
        var mesh = new GeneratedMesh("""
            apiVersion: v1
            kind: Secret
            metadata: {name: client}
            stringData: {cert: chain, key: key, cacert: roots}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: other}
            stringData: {cert: chain, key: key}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: outside}
            spec:
              host: outside.example
              workloadSelector: {matchLabels: {app: sleep}}
              subsets: [{name: v1, trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: MUTUAL, credentialName: client}}]}}]
            """);
        var named = Router with { IsGateway = false, ServiceAccount = "sleep", Labels = "app=sleep" };

        Assert.NotNull(Secret(mesh, "kubernetes://client", named));
        Assert.NotNull(Secret(mesh, "kubernetes://client-cacert", named));
        Assert.Null(Secret(mesh, "kubernetes://other", named));
        Assert.Null(Secret(mesh, "kubernetes://client", named with { ServiceAccount = null }));
        Assert.Null(Secret(mesh, "kubernetes://client", named with { Labels = "app=web" }));
        Assert.Null(Secret(mesh, "kubernetes://client", named with { Namespace = "elsewhere" }));
    }

    private static GeneratedResource? Secret(GeneratedMesh mesh, string name, ClientView client) => mesh.Generator.Generate(mesh.State, client, XdsTypeUrl.Secret, name);

    private static IReadOnlyList<string> Names(GeneratedMesh mesh, ClientView? client = null) => mesh.Generator.NamesOf(mesh.State, client ?? Router, XdsTypeUrl.Listener);

    private static string RouteName(GeneratedMesh mesh, string listener) => Assert.Single(mesh.Listener(listener, Router)!.FilterChains).Name;

    private static string Http(int port, string name, string host) => $"{{port: {{number: {port}, name: {name}, protocol: HTTP}}, hosts: ['{host}']}}";

    private static string Gateway(string name, params string[] servers) => $$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: {{name}}}
        spec:
          selector: {istio: ingressgateway}
          servers: [{{string.Join(", ", servers)}}]
        """;

    private static string Rules(string gateways, string rules, string host = "'*'", string name = "rules") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}}
        spec:
          hosts: [{{(host == "*" ? "'*'" : host)}}]
          gateways: [{{gateways}}]
          {{rules.Replace("\n", "\n  ")}}
        """;
}
