using Mesh.Protocol.Envoy.Cluster;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>A client in the namespace default calls reviews in the namespace shop; each rule leaves its mark as the connect timeout.</summary>
public sealed class DestinationRulePrecedenceTests
{
    private const string Host = "reviews.shop.svc.cluster.local";

    [Theory]
    [InlineData("default:1 shop:2 istio-system:3", 1)]
    [InlineData("shop:2 istio-system:3", 2)]
    [InlineData("istio-system:3", 3)]
    [InlineData("other:4", 10)]
    [InlineData("default:1:exportTo=other shop:2", 1)]
    [InlineData("shop:2:exportTo=. istio-system:3", 3)]
    [InlineData("shop:2:exportTo=default istio-system:3", 2)]
    [InlineData("shop:2 istio-system:3:exportTo=.", 2)]
    [InlineData("istio-system:3:exportTo=.", 10)]
    [InlineData("default:1:host=*.svc.cluster.local shop:2", 1)]
    [InlineData("shop:1:host=*.svc.cluster.local shop:2:host=*.shop.svc.cluster.local", 2)]
    [InlineData("shop:1:host=*.shop.svc.cluster.local shop:2", 2)]
    [InlineData("shop:1:host=reviews", 1)]
    [InlineData("default:1:host=reviews shop:2", 2)]
    [InlineData("default:1 default:2", 1)]
    [InlineData("default:1 default:2:selector=productpage", 2)]
    [InlineData("default:1 default:2:selector=other", 1)]
    [InlineData("shop:2:selector=productpage istio-system:3", 3)]
    public void Resolve_SeveralRules_TheNearestNamespaceThenTheMostExactHostWins(string rules, long expected) =>
        Assert.Equal(expected, TimeoutOf(Mesh(rules)));

    [Fact]
    public void Resolve_OtherRootNamespace_IsTheMeshConfigurations() =>
        Assert.Equal(4, TimeoutOf(Mesh("istio-system:3 admin:4").Apply(MeshYaml.Settings("rootNamespace: admin"))));

    [Fact]
    public void Resolve_MeshDefaultExportTo_HoldsForRulesThatSayNothing() =>
        Assert.Equal(3, TimeoutOf(Mesh("shop:2 istio-system:3:exportTo=*").Apply(MeshYaml.Settings("defaultDestinationRuleExportTo: ['.']"))));

    [Fact]
    public void Merge_RulesForOneHost_AddsSubsetsAndKeepsTheFirstPolicyAndNames()
    {
        var mesh = Mesh("").Apply(Rule("a", "subsets: [{name: v1, labels: {version: a}}]"))
            .Apply(Rule("b", "trafficPolicy: {connectionPool: {tcp: {connectTimeout: 2s}}}\nsubsets: [{name: v1, labels: {version: b}}, {name: v2, labels: {version: b}}]"))
            .Apply(Rule("c", "trafficPolicy: {connectionPool: {tcp: {connectTimeout: 3s}}}"));

        Assert.Equal(2, TimeoutOf(mesh));
        var names = mesh.Generator.NamesOf(mesh.State, GeneratedMesh.MeshClient, "type.googleapis.com/envoy.config.cluster.v3.Cluster");
        Assert.Equal([$"outbound|9080||{Host}", $"outbound|9080|v1|{Host}", $"outbound|9080|v2|{Host}"], names);
    }

    [Theory]
    [InlineData("", 1, 7, true)]
    [InlineData("v1", 2, 7, true)]
    [InlineData("v2", 1, 9, true)]
    [InlineData("v3", 1, 7, true)]
    public void Merge_Subset_OverridesBlockByBlock(string subset, long timeout, uint requests, bool outlier)
    {
        var cluster = Mesh("").Apply(Rule("a", """
            trafficPolicy:
              connectionPool: {tcp: {connectTimeout: 1s}, http: {http2MaxRequests: 7}}
              outlierDetection: {consecutive5xxErrors: 5}
            subsets:
            - {name: v1, labels: {v: a}, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 2s}, http: {http2MaxRequests: 7}}}}
            - {name: v2, labels: {v: b}, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}, http: {http2MaxRequests: 9}}}}
            - {name: v3, labels: {v: c}}
            """)).Cluster($"outbound|9080|{subset}|{Host}")!;

        Assert.Equal((timeout, requests, outlier), (cluster.ConnectTimeout.Seconds, RequestsOf(cluster), cluster.OutlierDetection is not null));
    }

    [Fact]
    public void Merge_PortLevel_ReplacesAllFourBlocksForItsPortAlone()
    {
        var mesh = Mesh("").Apply(MeshYaml.Service("reviews", "shop", 9081)).Apply(Rule("a", """
            trafficPolicy:
              connectionPool: {tcp: {connectTimeout: 1s}, http: {http2MaxRequests: 7}}
              outlierDetection: {consecutive5xxErrors: 5}
              portLevelSettings: [{port: {number: 9080}, loadBalancer: {simple: RANDOM}}]
            """));

        var cluster = mesh.Cluster($"outbound|9080||{Host}") ?? mesh.Cluster($"outbound|9081||{Host}")!;
        var replaced = cluster.Name.Contains("9080", StringComparison.Ordinal);
        Assert.Equal(replaced ? 10 : 1, cluster.ConnectTimeout.Seconds);
        Assert.Equal(replaced, cluster.OutlierDetection is null);
    }

    [Fact]
    public void Complete_MeshConfiguration_FillsWhatTheRuleLeavesOpen()
    {
        var mesh = Mesh("").Apply(MeshYaml.Settings("connectTimeout: 4s\ndefaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}, connectionPool: {http: {http2MaxRequests: 5}}}"));
        var alone = mesh.Cluster($"outbound|9080||{Host}")!;
        Assert.Equal((4L, 5u, true), (alone.ConnectTimeout.Seconds, RequestsOf(alone), alone.OutlierDetection is not null));

        var ruled = mesh.Apply(Rule("a", "trafficPolicy: {connectionPool: {http: {http2MaxRequests: 9}}}")).Cluster($"outbound|9080||{Host}")!;
        Assert.Equal((4L, 9u, true), (ruled.ConnectTimeout.Seconds, RequestsOf(ruled), ruled.OutlierDetection is not null));
    }

    private static long TimeoutOf(GeneratedMesh mesh) => mesh.Cluster($"outbound|9080||{Host}")!.ConnectTimeout.Seconds;

    private static uint RequestsOf(Cluster cluster) => cluster.CircuitBreakers.Thresholds[0].MaxRequests!.Value;

    /// <param name="rules">Each <c>namespace:seconds[:host=|exportTo=|selector=]</c>, the oldest first.</param>
    private static GeneratedMesh Mesh(string rules)
    {
        var mesh = new GeneratedMesh(MeshYaml.Service("reviews", "shop"));
        var number = 0;
        foreach (var rule in rules.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(rule => rule.Split(':', 3)))
        {
            var more = rule.Length < 3 ? ["", ""] : rule[2].Split('=');
            var spec = $"trafficPolicy: {{connectionPool: {{tcp: {{connectTimeout: {rule[1]}s}}}}}}\nhost: '{(more[0] == "host" ? more[1] : Host)}'"
                + (more[0] == "exportTo" ? $"\nexportTo: ['{more[1]}']" : "")
                + (more[0] == "selector" ? $"\nworkloadSelector: {{matchLabels: {{app: {more[1]}}}}}" : "");
            mesh.Apply(MeshYaml.DestinationRule($"r{number++}", spec, rule[0]));
        }

        return mesh;
    }

    private static string Rule(string name, string spec) => MeshYaml.DestinationRule(name, $"host: {Host}\n{spec}", "shop");
}
