using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;
using Mesh.Protocol.Extensions.LoadBalancing;
using static Mesh.Protocol.Envoy.Cluster.Cluster.Types;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class LoadBalancingTests
{
    [Theory]
    [InlineData("simple: LEAST_REQUEST, warmup: { duration: 30s, minimumPercent: 20, aggression: 2.5 }", 30, 20.0, 2.5)]
    [InlineData("warmup: { duration: 30s }", 30, null, null)]
    [InlineData("warmupDurationSecs: 45s", 45, null, null)]
    public void Generate_Warmup_IsSlowStart(string balancer, int seconds, double? minimum, double? aggression)
    {
        var start = Make(balancer).LeastRequestLbConfig.SlowStartConfig;

        Assert.Equal((seconds, minimum, aggression), ((int)start.SlowStartWindow.Seconds, start.MinWeightPercent?.Value, start.Aggression?.DefaultValue));
    }

    [Fact]
    public void Generate_WarmupOfRoundRobin_IsSlowStart() =>
        Assert.Equal(30, Make("simple: ROUND_ROBIN, warmup: { duration: 30s }").RoundRobinLbConfig.SlowStartConfig.SlowStartWindow.Seconds);

    [Fact]
    public void Generate_Passthrough_LetsTheRequestNameItsAddress()
    {
        var cluster = Make("simple: PASSTHROUGH");

        Assert.Equal((DiscoveryType.OriginalDst, LbPolicy.ClusterProvided), (cluster.Type, cluster.LbPolicy));
        Assert.Null(cluster.EdsClusterConfig);
    }

    [Theory]
    [InlineData("simple: ROUND_ROBIN", false)]
    [InlineData("localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] }", true)]
    [InlineData("localityLbSetting: { enabled: false, distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] }", false)]
    public void Generate_LocalityDistribution_WeighsLocalities(string balancer, bool expected) =>
        Assert.Equal(expected, Make(balancer).CommonLbConfig.LocalityWeightedLbConfig is not null);

    [Theory]
    [InlineData("", "simple: ROUND_ROBIN", true)]
    [InlineData("", "consistentHash: { httpHeaderName: x }", true)]
    [InlineData("", "simple: PASSTHROUGH", false)]
    [InlineData("", "localityLbSetting: { failover: [{ from: a, to: b }] }", false)]
    [InlineData("", "localityLbSetting: { enabled: false }", false)]
    [InlineData("enabled: false, ", "simple: ROUND_ROBIN", false)]
    [InlineData("enabled: false, ", "localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] }", true)]
    public void Generate_LocalityDistributionOfTheMesh_HoldsWhereTheRuleHasNone(string mesh, string balancer, bool expected)
    {
        var settings = MeshYaml.Settings($"localityLbSetting: {{ {mesh}distribute: [{{ from: 'a/*', to: {{ 'a/*': 100 }} }}] }}");
        var rule = MeshYaml.DestinationRule("reviews", $"host: reviews\ntrafficPolicy: {{ loadBalancer: {{ {balancer} }} }}");

        var cluster = new GeneratedMesh(Bookinfo.Services, settings, rule).Cluster(Bookinfo.ReviewsRoutes)!;

        Assert.Equal(expected, cluster.CommonLbConfig.LocalityWeightedLbConfig is not null);
    }

    [Theory]
    [InlineData("ringHash: { minimumRingSize: 2048 }", 2048)]
    [InlineData("minimumRingSize: 512", 512)]
    [InlineData("", 1024)]
    public void Generate_RingHash_TakesTheMinimumFromBothPlaces(string hash, int expected) =>
        Assert.Equal((ulong)expected, Make($"consistentHash: {{ httpHeaderName: x, {hash} }}").RingHashLbConfig.MinimumRingSize);

    [Theory]
    [InlineData("httpHeaderName: x-user", "{ \"header\": { \"headerName\": \"x-user\" } }")]
    [InlineData("useSourceIp: true", "{ \"connectionProperties\": { \"sourceIp\": true } }")]
    [InlineData("httpQueryParameterName: id", "{ \"queryParameter\": { \"name\": \"id\" } }")]
    [InlineData("httpCookie: { name: user }", "{ \"cookie\": { \"name\": \"user\" } }")]
    [InlineData(
        "httpCookie: { name: user, path: /a, ttl: 0s, attributes: [{ name: SameSite, value: Lax }] }",
        "{ \"cookie\": { \"name\": \"user\", \"ttl\": \"0s\", \"path\": \"/a\", \"attributes\": [ { \"name\": \"SameSite\", \"value\": \"Lax\" } ] } }")]
    public void Generate_HashKey_IsAPolicyOfTheRoutes(string key, string expected)
    {
        var route = Mesh($"consistentHash: {{ {key} }}").ReviewsRoutes()[0];

        Assert.Equal(expected, Assert.Single(route.Route_.HashPolicy).ToString());
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("mesh.dev/load-balancer-decay: 2.5s", 2500)]
    [InlineData("mesh.dev/load-balancer-decay: soon", null)]
    public void Generate_PeakEwmaAnnotation_StandsBeforeLeastRequest(string decay, int? milliseconds)
    {
        var policies = Annotated($"mesh.dev/load-balancer: PEAK_EWMA, {decay}", "").LoadBalancingPolicy.Policies;

        Assert.Equal(["PeakEwma", "LeastRequest"], policies.Select(NameOf));
        var latency = policies[0].TypedExtensionConfig.TypedConfig.Unpack<PeakEwma>();
        Assert.Equal(milliseconds, (int?)latency.Decay?.ToTimeSpan().TotalMilliseconds);
    }

    [Fact]
    public void Generate_PeakEwmaAnnotationWithDistribution_WeighsLocalitiesFirst()
    {
        var cluster = Annotated("mesh.dev/load-balancer: PEAK_EWMA", "localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] }");

        var locality = Assert.Single(cluster.LoadBalancingPolicy.Policies).TypedExtensionConfig.TypedConfig.Unpack<WrrLocality>();
        Assert.Equal(["PeakEwma", "LeastRequest"], locality.EndpointPickingPolicy.Policies.Select(NameOf));
    }

    [Theory]
    [InlineData("mesh.dev/load-balancer: FASTEST", "simple: RANDOM", nameof(LbPolicy.Random))]
    [InlineData("mesh.dev/load-balancer: PEAK_EWMA", "consistentHash: { httpHeaderName: x }", nameof(LbPolicy.RingHash))]
    public void Generate_AnnotationThatCannotHold_LeavesTheRulesOwn(string annotations, string balancer, string expected)
    {
        var cluster = Annotated(annotations, balancer);

        Assert.Equal(expected, cluster.LbPolicy.ToString());
        Assert.Null(cluster.LoadBalancingPolicy);
    }

    [Fact]
    public void Generate_OutlierDetection_KeepsWhatBalancingSays()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: reviews }
            spec:
              host: reviews
              trafficPolicy:
                loadBalancer: { localityLbSetting: { distribute: [{ from: 'a/*', to: { 'a/*': 100 } }] } }
                outlierDetection: { minHealthPercent: 30 }
            """);

        var common = mesh.Cluster(Bookinfo.ReviewsRoutes)!.CommonLbConfig;
        Assert.NotNull(common.LocalityWeightedLbConfig);
        Assert.Equal(30, common.HealthyPanicThreshold.Value);
    }

    private static Cluster Make(string balancer) => Mesh(balancer).Cluster(Bookinfo.ReviewsRoutes)!;

    private static GeneratedMesh Mesh(string balancer) => Rule("", balancer);

    private static Cluster Annotated(string annotations, string balancer) => Rule($", annotations: {{ {annotations} }}", balancer).Cluster(Bookinfo.ReviewsRoutes)!;

    private static GeneratedMesh Rule(string metadata, string balancer) => new(Bookinfo.Services, $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews{{metadata}} }
        spec: { host: reviews, trafficPolicy: { loadBalancer: { {{balancer}} } } }
        """);

    private static string NameOf(LoadBalancingPolicy.Types.Policy policy) => policy.TypedExtensionConfig.Name.Split('.')[^1];
}
