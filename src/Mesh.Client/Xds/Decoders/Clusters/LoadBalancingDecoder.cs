using System.Diagnostics.CodeAnalysis;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.WrrLocality;
using LbPolicy = Mesh.Protocol.Envoy.Cluster.Cluster.Types.LbPolicy;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using WireLeastRequest = Mesh.Protocol.Envoy.LoadBalancingPolicies.LeastRequest.LeastRequest;
using WirePolicy = Mesh.Protocol.Envoy.Cluster.LoadBalancingPolicy;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes how a cluster balances: <c>load_balancing_policy</c> (gRFC A52) before the old <c>lb_policy</c>.</summary>
/// <remarks>Consistent hashing is not there yet: ring hash and Maglev are checked and balance round robin, as istiod does for clients that cannot hash.</remarks>
internal static class LoadBalancingDecoder
{
    private const int MaxDepth = 16;
    private const uint DefaultChoiceCount = 2;
    private const ulong DefaultMinimumRingSize = 1024;
    private const ulong MaximumRingSize = 8 * 1024 * 1024;
    private const string Prefix = "envoy.extensions.load_balancing_policies.";

    private static readonly Model.LoadBalancingPolicy RoundRobin = new(LoadBalancingKind.RoundRobin);

    public static Model.LoadBalancingPolicy Decode(WireCluster cluster, DecodeErrors errors)
    {
        if (cluster.LoadBalancingPolicy is { } policy)
        {
            return Decode(policy, errors.In("load_balancing_policy"), depth: 0);
        }

        switch (cluster.LbPolicy)
        {
            case LbPolicy.RoundRobin:
                return RoundRobin;
            case LbPolicy.LeastRequest:
                return LeastRequest(cluster.LeastRequestLbConfig?.ChoiceCount, errors.In("least_request_lb_config"));
            case LbPolicy.Random:
                return new(LoadBalancingKind.Random);
            case LbPolicy.RingHash:
                CheckRing(cluster.RingHashLbConfig, errors.In("ring_hash_lb_config"));
                return RoundRobin;
            case LbPolicy.Maglev:
                return RoundRobin;
            default:
                errors.Add($"lb_policy: {cluster.LbPolicy} is not supported");
                return RoundRobin;
        }
    }

    /// <summary>The first policy of the list that this version knows.</summary>
    private static Model.LoadBalancingPolicy Decode(WirePolicy list, DecodeErrors errors, int depth)
    {
        if (depth == MaxDepth)
        {
            errors.Add($"policies are nested more than {MaxDepth} deep");
            return RoundRobin;
        }

        for (var index = 0; index < list.Policies.Count; index++)
        {
            var policyErrors = errors.In("policies", index);
            if (list.Policies[index].TypedExtensionConfig?.TypedConfig is { } any
                && TypedConfig.Read(any, policyErrors) is { } config
                && TryDecode(config, policyErrors, depth, out var policy))
            {
                return policy;
            }
        }

        errors.Add("expected a policy this client supports (round_robin, least_request, random, wrr_locality), got none");
        return RoundRobin;
    }

    private static bool TryDecode(TypedConfig config, DecodeErrors errors, int depth, [NotNullWhen(true)] out Model.LoadBalancingPolicy? policy)
    {
        policy = config.TypeUrl switch
        {
            Prefix + "round_robin.v3.RoundRobin" or Prefix + "ring_hash.v3.RingHash" or Prefix + "maglev.v3.Maglev" => RoundRobin,
            Prefix + "random.v3.Random" => new(LoadBalancingKind.Random),
            Prefix + "least_request.v3.LeastRequest" => LeastRequest(config.Parse(WireLeastRequest.Parser, errors)?.ChoiceCount, errors),
            Prefix + "wrr_locality.v3.WrrLocality" => Localities(config.Parse(WrrLocality.Parser, errors), errors, depth),
            _ => null,
        };
        return policy is not null;
    }

    /// <summary>Localities are always picked by weight; what is left is how an endpoint is picked inside one.</summary>
    private static Model.LoadBalancingPolicy Localities(WrrLocality? policy, DecodeErrors errors, int depth) =>
        policy is null ? RoundRobin : Decode(policy.EndpointPickingPolicy ?? new WirePolicy(), errors.In("endpoint_picking_policy"), depth + 1);

    private static Model.LoadBalancingPolicy LeastRequest(uint? choiceCount, DecodeErrors errors)
    {
        var count = choiceCount ?? DefaultChoiceCount;
        if (count < 2)
        {
            errors.Add($"choice_count: expected at least 2, got {count}");
        }

        return new(LoadBalancingKind.LeastRequest, (int)Math.Min(count, int.MaxValue));
    }

    private static void CheckRing(WireCluster.Types.RingHashLbConfig? ring, DecodeErrors errors)
    {
        if (ring is null)
        {
            return;
        }

        var minimum = ring.MinimumRingSize ?? DefaultMinimumRingSize;
        var maximum = ring.MaximumRingSize ?? MaximumRingSize;
        if (ring.HashFunction != WireCluster.Types.RingHashLbConfig.Types.HashFunction.XxHash || minimum > maximum || maximum > MaximumRingSize)
        {
            errors.Add($"expected XX_HASH and minimum <= maximum <= {MaximumRingSize}, got {ring.HashFunction}, {minimum} and {maximum}");
        }
    }
}
