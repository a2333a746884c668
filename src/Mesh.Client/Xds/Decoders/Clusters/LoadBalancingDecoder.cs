using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using ClusterType = Mesh.Protocol.Envoy.Cluster.Cluster.Types.DiscoveryType;
using LbPolicy = Mesh.Protocol.Envoy.Cluster.Cluster.Types.LbPolicy;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes how a cluster balances: <c>load_balancing_policy</c> (gRFC A52) before the old <c>lb_policy</c>, and what holds for both.</summary>
internal static class LoadBalancingDecoder
{
    public static LoadBalancingPolicy Decode(WireCluster cluster, DecodeErrors errors)
    {
        var policy = cluster switch
        {
            { Type: ClusterType.OriginalDst } => new LoadBalancingPolicy(LoadBalancingKind.Passthrough),
            { LoadBalancingPolicy: { } list } => LoadBalancingListDecoder.Decode(list, errors.In("load_balancing_policy")),
            _ => Old(cluster, errors),
        };
        return cluster.CommonLbConfig is { } common ? Common(policy, common, errors.In("common_lb_config")) : policy;
    }

    private static LoadBalancingPolicy Old(WireCluster cluster, DecodeErrors errors)
    {
        var policy = cluster.LbPolicy switch
        {
            LbPolicy.RoundRobin => new LoadBalancingPolicy(LoadBalancingKind.RoundRobin)
            {
                Warmup = SlowStartDecoder.Decode(cluster.RoundRobinLbConfig?.SlowStartConfig, errors.In("round_robin_lb_config.slow_start_config")),
            },
            LbPolicy.LeastRequest => LeastRequest(cluster.LeastRequestLbConfig, errors.In("least_request_lb_config")),
            LbPolicy.Random => new LoadBalancingPolicy(LoadBalancingKind.Random),
            LbPolicy.RingHash => Ring(cluster.RingHashLbConfig, errors.In("ring_hash_lb_config")),
            LbPolicy.Maglev => ConsistentHashDecoder.Maglev(cluster.MaglevLbConfig?.TableSize, errors.In("maglev_lb_config")),
            _ => Unknown(cluster.LbPolicy, errors),
        };

        // gRFC A27: a cluster of this form chooses the locality first. A ring places among all endpoints; and a cluster that has
        // common_lb_config is one in Envoy's own form, which says there whether it does.
        var choosesLocality = cluster.CommonLbConfig is null && policy.Kind is not (LoadBalancingKind.RingHash or LoadBalancingKind.Maglev);
        return HashSettings(policy, cluster) with { UsesLocalityWeights = choosesLocality || cluster.CommonLbConfig?.LocalityWeightedLbConfig is not null };
    }

    private static LoadBalancingPolicy LeastRequest(WireCluster.Types.LeastRequestLbConfig? settings, DecodeErrors errors) =>
        LeastRequestDecoder.Decode(settings?.ChoiceCount, settings?.ActiveRequestBias, errors) with
        {
            Warmup = SlowStartDecoder.Decode(settings?.SlowStartConfig, errors.In("slow_start_config")),
        };

    private static LoadBalancingPolicy Ring(WireCluster.Types.RingHashLbConfig? ring, DecodeErrors errors)
    {
        if (ring is not null && ring.HashFunction != WireCluster.Types.RingHashLbConfig.Types.HashFunction.XxHash)
        {
            errors.Add($"hash_function: expected XX_HASH, got {ring.HashFunction}");
        }

        return ConsistentHashDecoder.Ring(ring?.MinimumRingSize, ring?.MaximumRingSize, errors);
    }

    private static LoadBalancingPolicy HashSettings(LoadBalancingPolicy policy, WireCluster cluster) =>
        cluster.CommonLbConfig?.ConsistentHashingLbConfig is { } hashing
            ? policy with { HashesHostNames = hashing.UseHostnameForHashing, HashBalanceFactor = hashing.HashBalanceFactor }
            : policy;

    private static LoadBalancingPolicy Unknown(LbPolicy policy, DecodeErrors errors)
    {
        errors.Add($"lb_policy: {policy} is not supported");
        return new LoadBalancingPolicy(LoadBalancingKind.RoundRobin);
    }

    /// <summary>Panic is off unless it is asked for: gRPC does not have it, and Istio's default is 0.</summary>
    private static LoadBalancingPolicy Common(LoadBalancingPolicy policy, WireCluster.Types.CommonLbConfig common, DecodeErrors errors)
    {
        var threshold = common.HealthyPanicThreshold?.Value ?? 0;
        if (threshold is not (>= 0 and <= 100))
        {
            errors.Add($"healthy_panic_threshold: expected 0 to 100, got {threshold}");
        }

        if (policy.HashBalanceFactor < 100)
        {
            errors.Add($"consistent_hashing_lb_config.hash_balance_factor: expected at least 100, got {policy.HashBalanceFactor}");
        }

        return policy with
        {
            PanicThreshold = threshold,
            OverrideHealth = common.OverrideHostStatus is { Statuses.Count: > 0 } statuses
                ? EndpointHealthSet.Of(statuses.Statuses.Select(Health))
                : EndpointHealthSet.Default,
        };
    }

    private static EndpointHealth Health(HealthStatus status) => EndpointDecoder.Health(status);
}
