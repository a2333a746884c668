using Google.Protobuf.Collections;
using Mesh.Protocol.Envoy.Filters.Tcp;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary><c>tcp[]</c>, field by field, in the listener of a mesh client.</summary>
public sealed class TcpRouteTests
{
    private const string Db = "outbound|5432||db.default.svc.cluster.local";

    [Fact]
    public void Generate_TcpPort_CarriesConnectionsToTheService()
    {
        var listener = Mesh().Listener("db:5432")!;

        Assert.Equal(("db:5432", "10.0.0.7"), (listener.Name, listener.Address.SocketAddress.Address));
        Assert.Null(listener.ApiListener);
        Assert.Empty(listener.FilterChains);
        Assert.Null(listener.DefaultFilterChain.FilterChainMatch);
        var proxy = Proxy(listener.DefaultFilterChain);
        Assert.Equal((Db, Db, 3u), (proxy.Cluster, proxy.StatPrefix, proxy.MaxConnectAttempts));
        Assert.Null(proxy.IdleTimeout);
    }

    [Theory]
    [InlineData("http", "", true, false)]
    [InlineData("grpc-api", "", true, false)]
    [InlineData("http2", "", true, false)]
    [InlineData("tcp", "", false, true)]
    [InlineData("mongo", "", false, true)]
    [InlineData("mysql-main", "", false, true)]
    [InlineData("redis", "", false, true)]
    [InlineData("tls", "", false, true)]
    [InlineData("https", "", false, true)]
    [InlineData("main", "tcp", false, true)]
    [InlineData("main", "", true, true)]
    public void Generate_ByProtocol_RoutesRequestsOrConnectionsOrBoth(string name, string appProtocol, bool requests, bool connections)
    {
        var field = appProtocol.Length == 0 ? "" : $", appProtocol: {appProtocol}";
        var mesh = new GeneratedMesh($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: db }
            spec: { ports: [{ port: 5432, name: {{name}}{{field}} }] }
            """);

        var own = mesh.Listener("db:5432")!;
        var grpc = mesh.Listener("db:5432", GeneratedMesh.Grpc)!;

        Assert.Equal((requests, connections), (own.ApiListener is not null, own.DefaultFilterChain is not null));
        Assert.NotNull(grpc.ApiListener.ApiListener_.Unpack<HttpConnectionManager>());
        Assert.Null(grpc.DefaultFilterChain);
        Assert.Empty(grpc.FilterChains);
    }

    [Fact]
    public void Generate_RuleWithoutMatch_TakesEverythingAndHidesTheRest()
    {
        var chain = Assert.Single(Chains("[{ route: [{ destination: { host: v1 } }] }, { route: [{ destination: { host: v2 } }] }]", out var fallback));

        Assert.Null(chain.FilterChainMatch);
        Assert.Equal("db.default/tcp[0]", chain.Name);
        Assert.Equal("outbound|5432||v1.default.svc.cluster.local", Proxy(chain).Cluster);
        Assert.Null(fallback);
    }

    [Theory]
    [InlineData("port: 5432", true)]
    [InlineData("port: 5433", false)]
    [InlineData("sourceLabels: { app: productpage }", true)]
    [InlineData("sourceLabels: { app: other }", false)]
    [InlineData("sourceNamespace: default", true)]
    [InlineData("sourceNamespace: other", false)]
    [InlineData("gateways: [mesh]", true)]
    [InlineData("gateways: [my-gateway]", false)]
    [InlineData("gateways: [mesh], sourceLabels: { app: other }", false)]
    [InlineData("port: 5432, sourceLabels: { app: productpage, version: v1 }, sourceNamespace: default", true)]
    [InlineData("port: 5432, sourceLabels: { app: productpage, version: v2 }", false)]
    public void Generate_ConditionsOnTheClient_AreSettledHere(string match, bool holds)
    {
        var chains = Chains($"[{{ match: [{{ {match} }}], route: [{{ destination: {{ host: v1 }} }}] }}]", out var fallback, "gateways: [mesh, my-gateway]");

        Assert.Equal(holds ? 1 : 0, chains.Count);
        Assert.Equal(holds, fallback is null);
    }

    [Fact]
    public void Generate_SeveralMatches_AreAlternatives()
    {
        var chain = Assert.Single(Chains("[{ match: [{ port: 1 }, { destinationSubnets: [10.1.0.0/16] }, { destinationSubnets: [10.2.2.2, 'fd00::1/64'] }], route: [{ destination: { host: v1 } }] }]", out var fallback));

        Assert.Equal([("10.1.0.0", 16u), ("10.2.2.2", 32u), ("fd00::", 64u)], Ranges(chain));
        Assert.Equal(Db, Proxy(fallback!).Cluster);
    }

    [Fact]
    public void Generate_OneMatchWithoutSubnets_TakesEverything()
    {
        var chain = Assert.Single(Chains("[{ match: [{ destinationSubnets: [10.1.0.0/16] }, { port: 5432 }], route: [{ destination: { host: v1 } }] }]", out var fallback));

        Assert.Null(chain.FilterChainMatch);
        Assert.Null(fallback);
    }

    [Fact]
    public void Generate_SubnetTakenBefore_StaysWithTheFirstRule()
    {
        var chains = Chains("""
            [{ match: [{ destinationSubnets: [10.1.0.0/16] }], route: [{ destination: { host: v1 } }] },
             { match: [{ destinationSubnets: [10.1.9.9/16, 10.2.0.0/16] }], route: [{ destination: { host: v2 } }] },
             { match: [{ destinationSubnets: [10.2.0.0/16] }], route: [{ destination: { host: v3 } }] }]
            """, out _);

        Assert.Equal([[("10.1.0.0", 16u)], [("10.2.0.0", 16u)]], chains.Select(Ranges));
    }

    [Fact]
    public void Generate_Weights_AreThoseOfTheRuleWithoutTheZeros()
    {
        var chain = Assert.Single(Chains("[{ route: [{ destination: { host: db, subset: a }, weight: 80 }, { destination: { host: db, subset: b }, weight: 20 }, { destination: { host: db }, weight: 0 }] }]", out _));

        var proxy = Proxy(chain);
        Assert.Equal("db.default", proxy.StatPrefix);
        Assert.Equal(
            [("outbound|5432|a|db.default.svc.cluster.local", 80u), ("outbound|5432|b|db.default.svc.cluster.local", 20u)],
            proxy.WeightedClusters.Clusters.Select(cluster => (cluster.Name, cluster.Weight)));
    }

    [Theory]
    [InlineData("{ host: v1 }", "outbound|5432||v1.default.svc.cluster.local")]
    [InlineData("{ host: v1, port: { number: 7 } }", "outbound|7||v1.default.svc.cluster.local")]
    [InlineData("{ host: single }", "outbound|6000||single.default.svc.cluster.local")]
    [InlineData("{ host: db.other.svc.cluster.local, subset: a }", "outbound|5432|a|db.other.svc.cluster.local")]
    public void Generate_Destination_FindsItsPort(string destination, string cluster)
    {
        var chain = Assert.Single(Chains($"[{{ route: [{{ destination: {destination} }}] }}]", out _));

        Assert.Equal(cluster, Proxy(chain).Cluster);
    }

    [Fact]
    public void Generate_DestinationRule_GivesTheLimitsOfTheConnection()
    {
        var mesh = Mesh().Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: db }
            spec:
              host: db
              trafficPolicy:
                connectionPool: { tcp: { idleTimeout: 30s, maxConnectionDuration: 1h } }
                loadBalancer: { consistentHash: { useSourceIp: true } }
            """);

        var proxy = Proxy(mesh.Listener("db:5432")!.DefaultFilterChain);

        Assert.Equal((30L, 3600L), (proxy.IdleTimeout.Seconds, proxy.MaxDownstreamConnectionDuration.Seconds));
        Assert.NotNull(Assert.Single(proxy.HashPolicy).SourceIp);
    }

    [Fact]
    public void Generate_SeveralVirtualServices_FollowOneAnotherTheMostExactFirst()
    {
        var mesh = Mesh()
            .Apply(Rules("[{ route: [{ destination: { host: v2 } }] }]", "wide", "'*.default.svc.cluster.local'"))
            .Apply(Rules("[{ match: [{ destinationSubnets: [10.1.0.0/16] }], route: [{ destination: { host: v1 } }] }]", "exact", "db"));

        var listener = mesh.Listener("db:5432")!;

        Assert.Equal(["exact.default/tcp[0]", "wide.default/tcp[0]"], listener.FilterChains.Select(chain => chain.Name));
        Assert.Null(listener.DefaultFilterChain);
    }

    [Fact]
    public void Generate_TcpRulesOfAnHttpPort_HaveNoEffect()
    {
        var mesh = new GeneratedMesh(Service("db", 5432, "http"), Rules("[{ route: [{ destination: { host: v1 } }] }]", "db", "db"));

        Assert.Empty(mesh.Listener("db:5432")!.FilterChains);
    }

    private static TcpProxy Proxy(FilterChain chain) => Assert.Single(chain.Filters).TypedConfig.Unpack<TcpProxy>();

    private static IEnumerable<(string, uint)> Ranges(FilterChain chain) =>
        chain.FilterChainMatch.PrefixRanges.Select(range => (range.AddressPrefix, range.PrefixLen!.Value));

    private static RepeatedField<FilterChain> Chains(string rules, out FilterChain? fallback, string more = "exportTo: ['*']")
    {
        var listener = Mesh().Apply(Rules(rules, "db", "db", more)).Listener("db:5432")!;
        fallback = listener.DefaultFilterChain;
        return listener.FilterChains;
    }

    private static GeneratedMesh Mesh() => new(
        Service("db", 5432, "tcp").Replace("spec: {", "spec: { clusterIP: 10.0.0.7,", StringComparison.Ordinal),
        Service("single", 6000, "tcp"));

    private static string Service(string name, int port, string protocol) => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec: { ports: [{ port: {{port}}, name: {{protocol}} }] }
        """;

    private static string Rules(string tcp, string name, string host, string more = "exportTo: ['*']") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: {{name}} }
        spec:
          hosts: [{{host}}]
          {{more}}
          tcp: {{tcp}}
        """;
}
