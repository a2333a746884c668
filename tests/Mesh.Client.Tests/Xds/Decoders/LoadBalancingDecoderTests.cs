using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Wire = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class LoadBalancingDecoderTests
{
    private static readonly LoadBalancingPolicy Flat = new(LoadBalancingKind.RoundRobin) { UsesLocalityWeights = false };

    [Fact]
    public void Decode_OfTheOldEnum_WeighsLocalitiesAsGrpcDoes() =>
        Assert.Equal(new LoadBalancingPolicy(LoadBalancingKind.RoundRobin), Decode("{}"));

    [Fact]
    public void Decode_WithCommonLbConfig_WeighsLocalitiesOnlyWhereItSaysSo()
    {
        Assert.Equal(Flat, Decode("""{ "commonLbConfig": {} }"""));
        Assert.True(Decode("""{ "commonLbConfig": { "localityWeightedLbConfig": {} } }""").UsesLocalityWeights);
    }

    [Fact]
    public void Decode_LeastRequest_TakesItsSettings() => Assert.Equal(
        new LoadBalancingPolicy(LoadBalancingKind.LeastRequest, ChoiceCount: 5)
        {
            ActiveRequestBias = 0.5,
            Warmup = new WarmupPolicy(TimeSpan.FromSeconds(30), MinimumPercent: 20, Aggression: 2),
        },
        Decode("""
            { "lbPolicy": "LEAST_REQUEST", "leastRequestLbConfig": { "choiceCount": 5, "activeRequestBias": { "defaultValue": 0.5 },
              "slowStartConfig": { "slowStartWindow": "30s", "aggression": { "defaultValue": 2 }, "minWeightPercent": { "value": 20 } } } }
            """));

    [Fact]
    public void Decode_RingHash_TakesItsSizesAndCommonSettings() => Assert.Equal(
        new LoadBalancingPolicy(LoadBalancingKind.RingHash)
        {
            MinimumRingSize = 7,
            MaximumRingSize = 70,
            HashesHostNames = true,
            HashBalanceFactor = 150,
            UsesLocalityWeights = false,
            PanicThreshold = 30,
        },
        Decode("""
            { "lbPolicy": "RING_HASH", "ringHashLbConfig": { "minimumRingSize": 7, "maximumRingSize": 70 },
              "commonLbConfig": { "healthyPanicThreshold": { "value": 30 }, "consistentHashingLbConfig": { "useHostnameForHashing": true, "hashBalanceFactor": 150 } } }
            """));

    [Fact]
    public void Decode_OverrideHostStatus_IsTheHealthOfSessions() => Assert.Equal(
        EndpointHealthSet.Of([EndpointHealth.Healthy, EndpointHealth.Draining]),
        Decode("""{ "commonLbConfig": { "overrideHostStatus": { "statuses": ["HEALTHY", "DRAINING"] } } }""").OverrideHealth);

    [Theory]
    [InlineData("round_robin.v3.RoundRobin", "{}", nameof(LoadBalancingKind.RoundRobin))]
    [InlineData("maglev.v3.Maglev", "{\"tableSize\":\"11\"}", nameof(LoadBalancingKind.Maglev))]
    public void Decode_AListWithAnUnknownPolicyFirst_TakesTheNext(string type, string settings, string expected)
    {
        var policy = Decode(List("""{ "@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s" }""", Typed(type, settings)));

        Assert.Equal(expected, policy.Kind.ToString());
        Assert.False(policy.UsesLocalityWeights);
    }

    [Fact]
    public void Decode_WrrLocalityAroundPeakEwma_WeighsLocalities()
    {
        var inner = """{ "policies": [{ "typedExtensionConfig": { "name": "x", "typedConfig": { "@type": "type.googleapis.com/mesh.load_balancing.v1.PeakEwma", "decay": "4s" } } }] }""";

        Assert.Equal(
            new LoadBalancingPolicy(LoadBalancingKind.PeakEwma) { LatencyDecay = TimeSpan.FromSeconds(4) },
            Decode(List(Typed("wrr_locality.v3.WrrLocality", $$"""{ "endpointPickingPolicy": {{inner}} }"""))));
    }

    [Fact]
    public void Decode_OriginalDestination_PassesThrough() =>
        Assert.Equal(LoadBalancingKind.Passthrough, Decode("""{ "type": "ORIGINAL_DST", "lbPolicy": "CLUSTER_PROVIDED" }""").Kind);

    [Theory]
    [InlineData("""{ "lbPolicy": "MAGLEV", "maglevLbConfig": { "tableSize": 65536 } }""", "expected a prime")]
    [InlineData("""{ "lbPolicy": "RING_HASH", "ringHashLbConfig": { "minimumRingSize": 20, "maximumRingSize": 10 } }""", "minimum_ring_size <= maximum_ring_size")]
    [InlineData("""{ "lbPolicy": "RING_HASH", "ringHashLbConfig": { "maximumRingSize": 8388609 } }""", "maximum_ring_size")]
    [InlineData("""{ "lbPolicy": "RING_HASH", "ringHashLbConfig": { "hashFunction": "MURMUR_HASH_2" } }""", "expected XX_HASH")]
    [InlineData("""{ "lbPolicy": "LEAST_REQUEST", "leastRequestLbConfig": { "choiceCount": 1 } }""", "choice_count: expected at least 2")]
    [InlineData("""{ "lbPolicy": "LEAST_REQUEST", "leastRequestLbConfig": { "slowStartConfig": { "slowStartWindow": "1s", "aggression": { "defaultValue": -1 } } } }""", "aggression")]
    [InlineData("""{ "commonLbConfig": { "healthyPanicThreshold": { "value": 101 } } }""", "healthy_panic_threshold")]
    [InlineData("""{ "lbPolicy": "MAGLEV", "commonLbConfig": { "consistentHashingLbConfig": { "hashBalanceFactor": 99 } } }""", "hash_balance_factor")]
    [InlineData("""{ "lbPolicy": "CLUSTER_PROVIDED" }""", "ClusterProvided is not supported")]
    public void Decode_WithAWrongSetting_SaysWhatIsExpected(string json, string expected)
    {
        var errors = new DecodeErrors();
        LoadBalancingDecoder.Decode(JsonParser.Default.Parse<Wire>(json), errors);

        Assert.Contains(expected, Assert.Single(errors.ToImmutable()), StringComparison.Ordinal);
    }

    private static string Typed(string type, string settings) =>
        $$"""{ "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.{{type}}", {{settings.Trim()[1..]}}""".Replace(", }", " }", StringComparison.Ordinal);

    private static string List(params string[] policies) =>
        $$"""{ "loadBalancingPolicy": { "policies": [{{string.Join(',', policies.Select(policy => $$"""{ "typedExtensionConfig": { "name": "p", "typedConfig": {{policy}} } }"""))}}] } }""";

    private static LoadBalancingPolicy Decode(string json)
    {
        var types = Google.Protobuf.Reflection.TypeRegistry.FromFiles(
            Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin.RoundRobin.Descriptor.File,
            Mesh.Protocol.Envoy.LoadBalancingPolicies.Maglev.Maglev.Descriptor.File,
            Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality.WrrLocality.Descriptor.File,
            Mesh.Protocol.Extensions.LoadBalancing.PeakEwma.Descriptor.File,
            Google.Protobuf.WellKnownTypes.Duration.Descriptor.File);
        var errors = new DecodeErrors();
        var policy = LoadBalancingDecoder.Decode(new JsonParser(new JsonParser.Settings(40, types)).Parse<Wire>(json), errors);
        Assert.Empty(errors.ToImmutable());
        return policy;
    }
}
