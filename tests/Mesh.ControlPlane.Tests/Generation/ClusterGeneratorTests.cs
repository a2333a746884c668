using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.RingHash;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;
using static Mesh.Protocol.Envoy.Cluster.Cluster.Types;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class ClusterGeneratorTests
{
    [Fact]
    public void Generate_Service_IsAnEdsCluster()
    {
        var cluster = new GeneratedMesh(Bookinfo.Services).Cluster(Bookinfo.ReviewsRoutes)!;

        Assert.Equal((Bookinfo.ReviewsRoutes, DiscoveryType.Eds), (cluster.Name, cluster.Type));
        Assert.Equal(Bookinfo.ReviewsRoutes, cluster.EdsClusterConfig.ServiceName);
        Assert.NotNull(cluster.EdsClusterConfig.EdsConfig.Ads);
        Assert.Equal(10, cluster.ConnectTimeout.Seconds);
    }

    [Theory]
    [InlineData("connectionPool: { tcp: { maxConnections: 1 } }", nameof(LbPolicy.LeastRequest))]
    [InlineData("loadBalancer: { simple: UNSPECIFIED }", nameof(LbPolicy.LeastRequest))]
    [InlineData("loadBalancer: { simple: LEAST_CONN }", nameof(LbPolicy.LeastRequest))]
    [InlineData("loadBalancer: { simple: ROUND_ROBIN }", nameof(LbPolicy.RoundRobin))]
    [InlineData("loadBalancer: { simple: RANDOM }", nameof(LbPolicy.Random))]
    [InlineData("loadBalancer: { consistentHash: { httpHeaderName: x } }", nameof(LbPolicy.RingHash))]
    [InlineData("loadBalancer: { consistentHash: { httpHeaderName: x, maglev: { tableSize: 65537 } } }", nameof(LbPolicy.Maglev))]
    public void Generate_LoadBalancer_ReachesMeshClient(string policy, string expected)
    {
        var mesh = Mesh(policy);

        Assert.Equal(expected, mesh.Cluster(Bookinfo.ReviewsRoutes)!.LbPolicy.ToString());
        Assert.Equal(LbPolicy.RoundRobin, mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.LbPolicy);
    }

    [Fact]
    public void Generate_LoadBalancerForGrpc_IsAListWithWhatEveryClientKnowsAtItsEnd()
    {
        var least = Mesh("loadBalancer: { simple: LEAST_REQUEST }").Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!;
        var hash = Mesh("loadBalancer: { consistentHash: { httpHeaderName: x } }").Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!;

        var locality = Assert.Single(least.LoadBalancingPolicy.Policies).TypedExtensionConfig.TypedConfig.Unpack<WrrLocality>();
        Assert.Equal(["LeastRequest", "RoundRobin"], locality.EndpointPickingPolicy.Policies.Select(NameOf));
        Assert.Equal(["RingHash", "WrrLocality"], hash.LoadBalancingPolicy.Policies.Select(NameOf));
        Assert.Equal(RingHash.Types.HashFunction.XxHash, hash.LoadBalancingPolicy.Policies[0].TypedExtensionConfig.TypedConfig.Unpack<RingHash>().HashFunction);
    }

    [Fact]
    public void Generate_ConsistentHash_IsHashedOnTheRoutes()
    {
        var routes = Mesh("loadBalancer: { consistentHash: { httpHeaderName: x-user } }").ReviewsRoutes();

        Assert.Equal("x-user", Assert.Single(routes[0].Route_.HashPolicy).Header.HeaderName);
    }

    [Fact]
    public void Generate_ConnectionPool_IsTheLimits()
    {
        var mesh = Mesh("connectionPool: { tcp: { maxConnections: 5, connectTimeout: 30ms }, http: { http1MaxPendingRequests: 2, http2MaxRequests: 7, maxRetries: 1 } }");

        var cluster = mesh.Cluster(Bookinfo.ReviewsRoutes)!;
        Assert.Equal(30_000_000, cluster.ConnectTimeout.Nanos);
        Assert.Equal(
            new CircuitBreakers.Types.Thresholds { MaxConnections = 5, MaxPendingRequests = 2, MaxRequests = 7, MaxRetries = 1 },
            Assert.Single(cluster.CircuitBreakers.Thresholds));
        Assert.Equal(
            new CircuitBreakers.Types.Thresholds { MaxRequests = 7 },
            Assert.Single(mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.CircuitBreakers.Thresholds));
    }

    [Fact]
    public void Generate_OutlierDetection_IsTranslatedAsIstiodDoes()
    {
        var mesh = Mesh("outlierDetection: { consecutive5xxErrors: 3, consecutiveGatewayErrors: 0, interval: 5s, baseEjectionTime: 1m, maxEjectionPercent: 50, minHealthPercent: 40 }");

        var cluster = mesh.Cluster(Bookinfo.ReviewsRoutes)!;
        var detection = cluster.OutlierDetection;
        Assert.Equal((3u, 100u, 0u, 50u), (detection.Consecutive5Xx!.Value, detection.EnforcingConsecutive5Xx!.Value, detection.EnforcingConsecutiveGatewayFailure!.Value, detection.MaxEjectionPercent!.Value));
        Assert.Equal((5L, 60L, 0u), (detection.Interval.Seconds, detection.BaseEjectionTime.Seconds, detection.EnforcingSuccessRate!.Value));
        Assert.Equal(40, cluster.CommonLbConfig.HealthyPanicThreshold.Value);
        Assert.Null(mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.OutlierDetection);
    }

    [Theory]
    [InlineData("", nameof(LbPolicy.RoundRobin), 1u)]
    [InlineData("v1", nameof(LbPolicy.Random), 1u)]
    [InlineData("v2", nameof(LbPolicy.RoundRobin), 2u)]
    [InlineData("unknown", nameof(LbPolicy.RoundRobin), 1u)]
    public void Generate_SubsetPolicy_OverridesBlockByBlock(string subset, string balancing, uint requests)
    {
        var cluster = Mesh("loadBalancer: { simple: ROUND_ROBIN }, connectionPool: { http: { http2MaxRequests: 1 } }", """
              subsets:
              - { name: v1, labels: { version: v1 }, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
              - { name: v2, labels: { version: v2 }, trafficPolicy: { connectionPool: { http: { http2MaxRequests: 2 } } } }
            """).Cluster($"outbound|9080|{subset}|{Bookinfo.Reviews}")!;

        Assert.Equal((balancing, requests), (cluster.LbPolicy.ToString(), cluster.CircuitBreakers.Thresholds[0].MaxRequests!.Value));
    }

    [Fact]
    public void Generate_PortPolicy_ReplacesTheWhole()
    {
        var cluster = Mesh("connectionPool: { http: { http2MaxRequests: 1 } }, portLevelSettings: [{ port: { number: 9080 }, loadBalancer: { simple: RANDOM } }]")
            .Cluster(Bookinfo.ReviewsRoutes)!;

        Assert.Equal((LbPolicy.Random, uint.MaxValue), (cluster.LbPolicy, cluster.CircuitBreakers.Thresholds[0].MaxRequests!.Value));
    }

    [Theory]
    [InlineData("client", nameof(LbPolicy.Random))]
    [InlineData("default", nameof(LbPolicy.RoundRobin))]
    [InlineData("third", nameof(LbPolicy.RoundRobin))]
    public void Generate_RulesInSeveralNamespaces_TheClientsOwnThenTheServices(string @namespace, string expected)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Rule("a", "istio-system", "LEAST_REQUEST"), Rule("b", "default", "ROUND_ROBIN"), Rule("c", "client", "RANDOM"));

        var client = new ClientView(ClientKind.MeshClient, @namespace, $"{@namespace}.svc.cluster.local", "", "");
        Assert.Equal(expected, mesh.Cluster(Bookinfo.ReviewsRoutes, client)!.LbPolicy.ToString());
    }

    [Fact]
    public void Generate_RulesForTheSameHost_AreMergedOldestFirst()
    {
        var mesh = Mesh("loadBalancer: { simple: RANDOM }").Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: younger }
            spec:
              host: reviews.default.svc.cluster.local
              trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }
              subsets: [{ name: v9, labels: { version: v9 } }]
            """).With(Bookinfo.Process("reviews", "v9", 40009));

        Assert.Equal(LbPolicy.Random, mesh.Cluster(Bookinfo.ReviewsRoutes)!.LbPolicy);
        Assert.Single(mesh.Endpoints($"outbound|9080|v9|{Bookinfo.Reviews}")!.Endpoints);
    }

    [Fact]
    public void Generate_RuleForSelectedClients_HoldsForThemAlone()
    {
        var mesh = Mesh("loadBalancer: { simple: RANDOM }").Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: selected }
            spec:
              host: reviews
              workloadSelector: { matchLabels: { app: productpage } }
              trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }
            """);

        Assert.Equal(LbPolicy.RoundRobin, mesh.Cluster(Bookinfo.ReviewsRoutes)!.LbPolicy);
        Assert.Equal(LbPolicy.Random, mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.MeshClient with { Labels = "app=other" })!.LbPolicy);
    }

    [Theory]
    [InlineData("outbound|9080||unknown.default.svc.cluster.local")]
    [InlineData("outbound|1||reviews.default.svc.cluster.local")]
    [InlineData("nonsense")]
    public void Generate_UnknownName_IsNothing(string name) => Assert.Null(new GeneratedMesh(Bookinfo.Services).Cluster(name));

    private static GeneratedMesh Mesh(string policy, string more = "") => new(Bookinfo.Services, $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews }
        spec:
          host: reviews
          trafficPolicy: { {{policy}} }
        {{more}}
        """);

    private static string Rule(string name, string @namespace, string balancing) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: {{name}}, namespace: {{@namespace}} }
        spec:
          host: reviews.default.svc.cluster.local
          trafficPolicy: { loadBalancer: { simple: {{balancing}} } }
        """;

    private static string NameOf(LoadBalancingPolicy.Types.Policy policy) => policy.TypedExtensionConfig.Name.Split('.')[^1];
}
