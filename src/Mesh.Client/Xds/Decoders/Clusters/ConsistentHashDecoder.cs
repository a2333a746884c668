using Mesh.Client.Model;
using Mesh.Protocol.Envoy.LoadBalancingPolicies.Common;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes the settings of ring hash and Maglev.</summary>
internal static class ConsistentHashDecoder
{
    /// <summary>Envoy's limit; a prime itself.</summary>
    private const ulong MaxTableSize = 5_000_011;

    public static LoadBalancingPolicy Ring(ulong? minimumSize, ulong? maximumSize, DecodeErrors errors)
    {
        var minimum = minimumSize ?? LoadBalancingPolicy.DefaultMinimumRingSize;
        var maximum = maximumSize ?? LoadBalancingPolicy.LargestRingSize;
        if (minimum > maximum || maximum > LoadBalancingPolicy.LargestRingSize || maximum == 0)
        {
            errors.Add($"expected minimum_ring_size <= maximum_ring_size <= {LoadBalancingPolicy.LargestRingSize}, got {minimum} and {maximum}");
        }

        return new LoadBalancingPolicy(LoadBalancingKind.RingHash) { MinimumRingSize = Math.Max(1, minimum), MaximumRingSize = maximum };
    }

    public static LoadBalancingPolicy Maglev(ulong? tableSize, DecodeErrors errors)
    {
        var size = tableSize ?? LoadBalancingPolicy.DefaultTableSize;
        if (size > MaxTableSize || !IsPrime(size))
        {
            errors.Add($"table_size: expected a prime of at most {MaxTableSize}, got {size}");
            size = LoadBalancingPolicy.DefaultTableSize;
        }

        return new LoadBalancingPolicy(LoadBalancingKind.Maglev) { TableSize = (int)size };
    }

    /// <summary>What both share, with the places where ring hash had them before.</summary>
    public static LoadBalancingPolicy Common(
        LoadBalancingPolicy policy, ConsistentHashingLbConfig? settings, bool usesLocalityWeights, DecodeErrors errors, bool oldUseHostName = false, uint? oldFactor = null)
    {
        var factor = settings?.HashBalanceFactor ?? oldFactor;
        if (factor < 100)
        {
            errors.Add($"hash_balance_factor: expected at least 100, got {factor}");
        }

        return policy with
        {
            HashesHostNames = settings?.UseHostnameForHashing ?? oldUseHostName,
            HashBalanceFactor = factor,
            UsesLocalityWeights = usesLocalityWeights,
        };
    }

    private static bool IsPrime(ulong number)
    {
        if (number < 2)
        {
            return false;
        }

        for (var divisor = 2UL; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
