using Mesh.Client.Model;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.Common;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;
using Mesh.Protocol.Extensions.LoadBalancing;
using LocalityCase = Mesh.Protocol.Envoy.LoadBalancingPolicies.Common.LocalityLbConfig.LocalityConfigSpecifierOneofCase;
using WireLeastRequest = Mesh.Protocol.Envoy.LoadBalancingPolicies.LeastRequest.LeastRequest;
using WireMaglev = Mesh.Protocol.Envoy.LoadBalancingPolicies.Maglev.Maglev;
using WirePolicy = Mesh.Protocol.Envoy.Cluster.LoadBalancingPolicy;
using WireRandom = Mesh.Protocol.Envoy.LoadBalancingPolicies.Random.Random;
using WireRing = Mesh.Protocol.Envoy.LoadBalancingPolicies.RingHash.RingHash;
using WireRoundRobin = Mesh.Protocol.Envoy.LoadBalancingPolicies.RoundRobin.RoundRobin;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes <c>load_balancing_policy</c>: the first policy of the list that this version knows (gRFC A52).</summary>
internal static class LoadBalancingListDecoder
{
    private const int MaxDepth = 16;
    private const string Prefix = "envoy.extensions.load_balancing_policies.";

    public static LoadBalancingPolicy Decode(WirePolicy list, DecodeErrors errors) => Decode(list, errors, depth: 0);

    private static LoadBalancingPolicy Decode(WirePolicy list, DecodeErrors errors, int depth)
    {
        var fallback = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin);
        if (depth == MaxDepth)
        {
            errors.Add($"policies are nested more than {MaxDepth} deep");
            return fallback;
        }

        for (var index = 0; index < list.Policies.Count; index++)
        {
            var policyErrors = errors.In("policies", index);
            if (list.Policies[index].TypedExtensionConfig?.TypedConfig is { } any
                && TypedConfig.Read(any, policyErrors) is { } config
                && Decode(config, policyErrors, depth) is { } policy)
            {
                return policy;
            }
        }

        errors.Add("expected a policy this client supports (round_robin, least_request, random, ring_hash, maglev, wrr_locality, mesh's PeakEwma), got none");
        return fallback;
    }

    /// <summary>Null for a policy that this version does not know.</summary>
    private static LoadBalancingPolicy? Decode(TypedConfig config, DecodeErrors errors, int depth) => config.TypeUrl switch
    {
        Prefix + "round_robin.v3.RoundRobin" => RoundRobin(config.Parse(WireRoundRobin.Parser, errors), errors),
        Prefix + "least_request.v3.LeastRequest" => LeastRequest(config.Parse(WireLeastRequest.Parser, errors), errors),
        Prefix + "random.v3.Random" => Random(config.Parse(WireRandom.Parser, errors)),
        Prefix + "ring_hash.v3.RingHash" => Ring(config.Parse(WireRing.Parser, errors) ?? new WireRing(), errors),
        Prefix + "maglev.v3.Maglev" => Maglev(config.Parse(WireMaglev.Parser, errors) ?? new WireMaglev(), errors),
        Prefix + "wrr_locality.v3.WrrLocality" => Localities(config.Parse(WrrLocality.Parser, errors), errors, depth),
        "mesh.load_balancing.v1.PeakEwma" => Latency(config.Parse(PeakEwma.Parser, errors), errors),
        _ => null,
    };

    private static LoadBalancingPolicy RoundRobin(WireRoundRobin? policy, DecodeErrors errors) => new(LoadBalancingKind.RoundRobin)
    {
        Warmup = SlowStartDecoder.Decode(policy?.SlowStartConfig, errors.In("slow_start_config")),
        UsesLocalityWeights = ChoosesLocality(policy?.LocalityLbConfig),
    };

    private static LoadBalancingPolicy LeastRequest(WireLeastRequest? policy, DecodeErrors errors) =>
        LeastRequestDecoder.Decode(policy?.ChoiceCount, policy?.ActiveRequestBias, errors) with
        {
            Warmup = SlowStartDecoder.Decode(policy?.SlowStartConfig, errors.In("slow_start_config")),
            UsesLocalityWeights = ChoosesLocality(policy?.LocalityLbConfig),
        };

    private static LoadBalancingPolicy Random(WireRandom? policy) =>
        new(LoadBalancingKind.Random) { UsesLocalityWeights = ChoosesLocality(policy?.LocalityLbConfig) };

    private static LoadBalancingPolicy Ring(WireRing ring, DecodeErrors errors)
    {
        // Envoy's default is the hash that gRPC wants named.
        if (ring.HashFunction is WireRing.Types.HashFunction.MurmurHash2)
        {
            errors.Add($"hash_function: expected XX_HASH, got {ring.HashFunction}");
        }

        var policy = ConsistentHashDecoder.Ring(ring.MinimumRingSize, ring.MaximumRingSize, errors);
        var choosesLocality = ring.LocalityWeightedLbConfig is not null;
#pragma warning disable CS0612 // Envoy still reads the old places of both.
        return ConsistentHashDecoder.Common(
            policy, ring.ConsistentHashingLbConfig, choosesLocality, errors, ring.UseHostnameForHashing, ring.HashBalanceFactor);
#pragma warning restore CS0612
    }

    private static LoadBalancingPolicy Maglev(WireMaglev maglev, DecodeErrors errors) => ConsistentHashDecoder.Common(
        ConsistentHashDecoder.Maglev(maglev.TableSize, errors), maglev.ConsistentHashingLbConfig, maglev.LocalityWeightedLbConfig is not null, errors);

    private static LoadBalancingPolicy Localities(WrrLocality? policy, DecodeErrors errors, int depth) =>
        Decode(policy?.EndpointPickingPolicy ?? new WirePolicy(), errors.In("endpoint_picking_policy"), depth + 1) with { UsesLocalityWeights = true };

    private static LoadBalancingPolicy Latency(PeakEwma? policy, DecodeErrors errors)
    {
        var result = new LoadBalancingPolicy(LoadBalancingKind.PeakEwma) { UsesLocalityWeights = false };
        return DurationDecoder.DecodePositive(policy?.Decay, errors.In("decay")) is { } decay ? result with { LatencyDecay = decay } : result;
    }

    private static bool ChoosesLocality(LocalityLbConfig? config) =>
        config?.LocalityConfigSpecifierCase is LocalityCase.LocalityWeightedLbConfig;
}
