using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using static Mesh.Config.Istio.Networking.LoadBalancerSettings.Types;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Balancing algorithms and slow start.</summary>
internal static class LoadBalancerRules
{
    private const ulong LargestMaglevTable = 5_000_011;

    public static void Check(FieldScope scope, LoadBalancerSettings? balancer, bool hasOutlierDetection)
    {
        if (balancer is null)
        {
            return;
        }

        if (balancer.ConsistentHash is { } hash)
        {
            ConsistentHash(scope.Field("consistentHash"), hash);
        }

        LocalityRules.Check(scope.Field("localityLbSetting"), balancer.LocalityLbSetting, hasOutlierDetection);
        scope.Field("zoneAwareLbSetting").Require(
            balancer.ZoneAwareLbSetting is null || balancer.LocalityLbSetting is null,
            "use localityLbSetting or zoneAwareLbSetting, not both");
        scope.Field("zoneAwareLbSetting.minClusterSize").Require(balancer.ZoneAwareLbSetting?.MinClusterSize is null or >= 1, "must be at least 1");
        Warmup(scope, balancer);
    }

    private static void ConsistentHash(FieldScope scope, ConsistentHashLB hash)
    {
        if (hash.HttpCookie is { } cookie)
        {
            scope.Field("httpCookie.name").Require(cookie.Name.Length > 0, "the name of the cookie is required");
            ValueRules.Duration(scope.Field("httpCookie.ttl"), cookie.Ttl, zeroAllowed: true);
            var names = new HashSet<string>(StringComparer.Ordinal);
            scope.Field("httpCookie").Each("attributes", cookie.Attributes, (item, attribute) => item.Field("name").Require(
                attribute.Name.Length > 0 && names.Add(attribute.Name),
                "the name of the attribute is required, and once only"));
        }

#pragma warning disable CS0612 // Istio still accepts the deprecated field.
        var oldRingSize = hash.MinimumRingSize;
#pragma warning restore CS0612
        if (oldRingSize != 0)
        {
            scope.Field("minimumRingSize").Warning("minimumRingSize is old; use ringHash.minimumRingSize");
            scope.Field("minimumRingSize").Require(
                hash.HashAlgorithmCase == ConsistentHashLB.HashAlgorithmOneofCase.None,
                "minimumRingSize cannot stand together with ringHash or maglev");
        }

        if (hash.Maglev is { } maglev)
        {
            scope.Field("maglev.tableSize").Require(
                maglev.TableSize is > 0 and < LargestMaglevTable && IsPrime(maglev.TableSize),
                $"must be a prime number below {LargestMaglevTable}, such as 65537; found {maglev.TableSize}");
        }
    }

    private static void Warmup(FieldScope scope, LoadBalancerSettings balancer)
    {
        ValueRules.Duration(scope.Field("warmupDurationSecs"), balancer.WarmupDurationSecs);
        if (balancer.Warmup is not { } warmup)
        {
            return;
        }

        scope.Field("warmup").Require(balancer.WarmupDurationSecs is null, "use warmup or warmupDurationSecs, not both");
        scope.Field("warmup.duration").Require(warmup.Duration is not null, "a duration is required");
        ValueRules.Duration(scope.Field("warmup.duration"), warmup.Duration);
        ValueRules.Percent(scope.Field("warmup.minimumPercent"), warmup.MinimumPercent ?? 0);
        scope.Field("warmup.aggression").Require(warmup.Aggression is null or > 0, "must be greater than 0");
    }

    private static bool IsPrime(ulong number)
    {
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        // As in Envoy, 1 passes.
        return true;
    }
}
