using Google.Protobuf.Collections;
using Mesh.Protocol.Envoy.Filters.Tcp;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary><c>tls[]</c>, field by field, in the listener of a mesh client.</summary>
public sealed class TlsRouteTests
{
    [Fact]
    public void Generate_SniHosts_BecomeServerNamesOfTls()
    {
        var chain = Assert.Single(Chains("[{ match: [{ sniHosts: [A.example.com, '*.b.example.com'] }], route: [{ destination: { host: v1 } }] }]", out var fallback));

        Assert.Equal("tls", chain.FilterChainMatch.TransportProtocol);
        Assert.Equal(["a.example.com", "*.b.example.com"], chain.FilterChainMatch.ServerNames);
        Assert.Equal(("site.default/tls[0]", "outbound|443||v1.default.svc.cluster.local"), (chain.Name, Proxy(chain).Cluster));
        Assert.Equal("outbound|443||www.example.com", Proxy(fallback).Cluster);
    }

    [Fact]
    public void Generate_EveryMatch_HasAChainOfItsOwn()
    {
        var chains = Chains("[{ match: [{ sniHosts: [a.example.com] }, { sniHosts: [b.example.com], destinationSubnets: [10.0.0.0/8] }], route: [{ destination: { host: v1 } }] }]", out _);

        Assert.Equal([["a.example.com"], ["b.example.com"]], chains.Select(chain => chain.FilterChainMatch.ServerNames.AsEnumerable()));
        Assert.Equal("10.0.0.0", Assert.Single(chains[1].FilterChainMatch.PrefixRanges).AddressPrefix);
    }

    [Fact]
    public void Generate_NameTakenBefore_StaysWithTheFirstRule()
    {
        var chains = Chains("""
            [{ match: [{ sniHosts: [a.example.com, b.example.com] }], route: [{ destination: { host: v1 } }] },
             { match: [{ sniHosts: [b.example.com, c.example.com] }], route: [{ destination: { host: v2 } }] },
             { match: [{ sniHosts: [b.example.com] }], route: [{ destination: { host: v3 } }] },
             { match: [{ sniHosts: [b.example.com], destinationSubnets: [10.0.0.0/8] }], route: [{ destination: { host: v4 } }] }]
            """, out _);

        Assert.Equal(
            [["a.example.com", "b.example.com"], ["c.example.com"], ["b.example.com"]],
            chains.Select(chain => chain.FilterChainMatch.ServerNames.AsEnumerable()));
        Assert.Equal("site.default/tls[3]", chains[2].Name);
    }

    [Fact]
    public void Generate_SubnetsTakenInPart_AreSplit()
    {
        var chains = Chains("""
            [{ match: [{ sniHosts: [a.example.com], destinationSubnets: [10.1.0.0/16] }], route: [{ destination: { host: v1 } }] },
             { match: [{ sniHosts: [a.example.com, b.example.com], destinationSubnets: [10.1.0.0/16, 10.2.0.0/16] }], route: [{ destination: { host: v2 } }] }]
            """, out _);

        Assert.Equal(
            [("10.1.0.0", "a.example.com"), ("10.1.0.0", "b.example.com"), ("10.2.0.0", "a.example.com b.example.com")],
            chains.Select(chain => (Assert.Single(chain.FilterChainMatch.PrefixRanges).AddressPrefix, string.Join(' ', chain.FilterChainMatch.ServerNames))));
    }

    [Theory]
    [InlineData("port: 443", true)]
    [InlineData("port: 444", false)]
    [InlineData("sourceLabels: { app: productpage }", true)]
    [InlineData("sourceLabels: { app: other }", false)]
    [InlineData("sourceNamespace: default", true)]
    [InlineData("sourceNamespace: other", false)]
    [InlineData("gateways: [mesh]", true)]
    [InlineData("gateways: [egress]", false)]
    public void Generate_ConditionsOnTheClient_AreSettledHere(string match, bool holds) =>
        Assert.Equal(holds ? 1 : 0, Chains($"[{{ match: [{{ sniHosts: [a.example.com], {match} }}], route: [{{ destination: {{ host: v1 }} }}] }}]", out _, "gateways: [mesh, egress]").Count);

    [Fact]
    public void Generate_Weights_SplitTheConnections()
    {
        var chain = Assert.Single(Chains("[{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: v1 }, weight: 9 }, { destination: { host: v2, port: { number: 8443 } }, weight: 1 }] }]", out _));

        Assert.Equal(
            [("outbound|443||v1.default.svc.cluster.local", 9u), ("outbound|8443||v2.default.svc.cluster.local", 1u)],
            Proxy(chain).WeightedClusters.Clusters.Select(cluster => (cluster.Name, cluster.Weight)));
    }

    [Fact]
    public void Generate_TcpRulesOfATlsPort_HaveNoEffect()
    {
        var mesh = Mesh("TLS").Apply(Rules("tcp", "[{ route: [{ destination: { host: v1 } }] }]"));

        var listener = mesh.Listener("www.example.com:443")!;

        Assert.Empty(listener.FilterChains);
        Assert.NotNull(listener.DefaultFilterChain);
    }

    [Fact]
    public void Generate_TlsRulesOfATcpPort_HaveNoEffect()
    {
        var mesh = Mesh("TCP").Apply(Rules("tls", "[{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: v1 } }] }]"));

        Assert.Empty(mesh.Listener("www.example.com:443")!.FilterChains);
    }

    private static TcpProxy Proxy(FilterChain chain) => Assert.Single(chain.Filters).TypedConfig.Unpack<TcpProxy>();

    private static RepeatedField<FilterChain> Chains(string rules, out FilterChain fallback, string more = "exportTo: ['*']")
    {
        var listener = Mesh("HTTPS").Apply(Rules("tls", rules, more)).Listener("www.example.com:443")!;
        fallback = listener.DefaultFilterChain;
        return listener.FilterChains;
    }

    private static GeneratedMesh Mesh(string protocol) => new($$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: site }
        spec:
          hosts: ['*.example.com']
          ports: [{ number: 443, name: p, protocol: {{protocol}} }]
          resolution: NONE
        """);

    private static string Rules(string kind, string rules, string more = "exportTo: ['*']") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: site }
        spec:
          hosts: ['*.example.com']
          {{more}}
          {{kind}}: {{rules}}
        """;
}
