using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>A client in r1/z1/s1 and endpoints around it.</summary>
public sealed class LocalityTests
{
    private const string Outlier = "outlierDetection: {consecutive5xxErrors: 5}";

    private static readonly ClientView Client = GeneratedMesh.MeshClient with { Locality = "r1/z1/s1" };

    [Theory]
    [InlineData("{}", "r1/z1/s1:0 r1/z1/s2:0 r1/z2/s1:0 r2/z1/s1:0 r3/z1/s1:0")]
    [InlineData("{OUTLIER}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:3 r3/z1/s1:3")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {enabled: false}}}", "r1/z1/s1:0 r1/z1/s2:0 r1/z2/s1:0 r2/z1/s1:0 r3/z1/s1:0")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failover: [{from: r1, to: r3}]}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:4 r3/z1/s1:3")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failover: [{from: r2, to: r3}]}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:3 r3/z1/s1:3")]
    [InlineData("{loadBalancer: {localityLbSetting: {failover: [{from: r1, to: r3}]}}}", "r1/z1/s1:0 r1/z1/s2:0 r1/z2/s1:0 r2/z1/s1:0 r3/z1/s1:0")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failoverPriority: [topology.kubernetes.io/region, topology.kubernetes.io/zone]}}}", "r1/z1/s1:0 r1/z1/s2:0 r1/z2/s1:1 r2/z1/s1:2 r3/z1/s1:2")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failoverPriority: ['topology.kubernetes.io/region=r2']}}}", "r1/z1/s1:1 r1/z1/s2:1 r1/z2/s1:1 r2/z1/s1:0 r3/z1/s1:1")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failoverPriority: [version, topology.istio.io/subzone]}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:0 r2/z1/s1:0 r3/z1/s1:0")]
    [InlineData("{OUTLIER, loadBalancer: {localityLbSetting: {failoverPriority: [version], failover: [{from: r1, to: r3}]}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:4 r3/z1/s1:3")]
    public void Generate_Failover_GivesPrioritiesWithoutGaps(string policy, string expected) =>
        Assert.Equal(expected, Priorities(Mesh(policy)));

    [Fact]
    public void Generate_FailoverPriority_SplitsALocalityByTheLabelsOfItsEndpoints()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Rule($"{{{Outlier}, loadBalancer: {{localityLbSetting: {{failoverPriority: [version]}}}}}}"))
            .With(At("r1/z1", 1, "v1"), At("r1/z1", 2, "v2"), At("r1/z1", 3, "v1"), At("r2/z1", 4, "v2"));

        Assert.Equal("r1/z1:0*2 r1/z1:1*1 r2/z1:1*1", Weights(mesh));
    }

    [Theory]
    [InlineData("[{from: r1, to: {r1: 80, r2: 20}}]", "r1/z1/s1:0*27 r1/z1/s2:0*27 r1/z2/s1:0*27 r2/z1/s1:0*20")]
    [InlineData("[{from: 'r1/z1/*', to: {'r1/z1/*': 70, r3: 30}}]", "r1/z1/s1:0*35 r1/z1/s2:0*35 r3/z1/s1:0*30")]
    [InlineData("[{from: r2, to: {r2: 100}}]", "r1/z1/s1:0*1 r1/z1/s2:0*1 r1/z2/s1:0*1 r2/z1/s1:0*1 r3/z1/s1:0*1")]
    [InlineData("[{from: r2, to: {r2: 100}}, {from: r1/z1/s1, to: {r1/z1/s1: 99, r2/z1: 1}}]", "r1/z1/s1:0*99 r2/z1/s1:0*1")]
    [InlineData("[{from: '*', to: {r9: 100}}]", "")]
    public void Generate_Distribute_GivesWeightsAndDropsTheRest(string distribute, string expected) =>
        Assert.Equal(expected, Weights(Mesh($"{{loadBalancer: {{localityLbSetting: {{distribute: {distribute}}}}}}}")));

    [Theory]
    [InlineData("localityLbSetting: {enabled: false}", "{OUTLIER}", "r1/z1/s1:0 r1/z1/s2:0 r1/z2/s1:0 r2/z1/s1:0 r3/z1/s1:0")]
    [InlineData("localityLbSetting: {failover: [{from: r1, to: r3}]}", "{OUTLIER}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:4 r3/z1/s1:3")]
    [InlineData("localityLbSetting: {enabled: false}", "{OUTLIER, loadBalancer: {localityLbSetting: {enabled: true}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:3 r3/z1/s1:3")]
    [InlineData("defaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 5}}", "{connectionPool: {tcp: {maxConnections: 1}}}", "r1/z1/s1:0 r1/z1/s2:1 r1/z2/s1:2 r2/z1/s1:3 r3/z1/s1:3")]
    public void Generate_MeshConfiguration_HoldsWhereTheRuleSaysNothing(string mesh, string policy, string expected) =>
        Assert.Equal(expected, Priorities(Mesh(policy).Apply(MeshYaml.Settings(mesh))));

    [Fact]
    public void Generate_SubsetAndPort_HaveTheirOwnSetting()
    {
        var mesh = Mesh("{}").Apply(MeshYaml.DestinationRule("other", $"host: reviews.default.svc.cluster.local\nsubsets: [{{name: near, labels: {{app: reviews}}, trafficPolicy: {{{Outlier}}}}}]"));

        Assert.All(mesh.Endpoints(Bookinfo.ReviewsRoutes, Client)!.Endpoints, locality => Assert.Equal(0u, locality.Priority));
        Assert.Equal([0u, 1u, 2u, 3u, 3u], mesh.Endpoints($"outbound|9080|near|{Bookinfo.Reviews}", Client)!.Endpoints.Select(locality => locality.Priority));
    }

    [Fact]
    public void Generate_ForGrpc_HasThePrioritiesToo() =>
        Assert.Equal([0u, 1u, 2u, 3u, 3u], Mesh($"{{{Outlier}}}").Endpoints(Bookinfo.ReviewsRoutes, Client with { Kind = ClientKind.ProxylessGrpc })!.Endpoints.Select(locality => locality.Priority));

    [Fact]
    public void Generate_ClientWithoutLocality_PrefersNone() =>
        Assert.All(Mesh($"{{{Outlier}}}").Endpoints(Bookinfo.ReviewsRoutes)!.Endpoints, locality => Assert.Equal(0u, locality.Priority));

    private static GeneratedMesh Mesh(string policy) => new GeneratedMesh(
        [Bookinfo.Services, .. policy == "{}" ? Array.Empty<string>() : [Rule(policy.Replace("OUTLIER", Outlier, StringComparison.Ordinal))]])
        .With(At("r1/z1/s1", 1, "v1"), At("r1/z1/s2", 2, "v1"), At("r1/z2/s1", 3, "v1"), At("r2/z1/s1", 4, "v1"), At("r3/z1/s1", 5, "v1"));

    private static string Rule(string policy) => MeshYaml.DestinationRule("reviews", $"host: reviews\ntrafficPolicy: {policy}");

    private static WorkloadInstance At(string locality, int port, string version) => Bookinfo.Process("reviews", version, 40_000 + port) with { Locality = locality };

    private static string Priorities(GeneratedMesh mesh) => Describe(mesh, locality => $"{locality.Priority}");

    private static string Weights(GeneratedMesh mesh) => Describe(mesh, locality => $"{locality.Priority}*{locality.LoadBalancingWeight}");

    private static string Describe(GeneratedMesh mesh, Func<Mesh.Protocol.Envoy.Endpoint.LocalityLbEndpoints, string> of) => string.Join(
        ' ',
        mesh.Endpoints(Bookinfo.ReviewsRoutes, Client)!.Endpoints.Select(locality =>
            $"{string.Join('/', new[] { locality.Locality.Region, locality.Locality.Zone, locality.Locality.SubZone }.Where(part => part.Length > 0))}:{of(locality)}"));
}
