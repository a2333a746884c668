using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.DestinationRules;

/// <summary>Weights of and failover between localities.</summary>
internal static class LocalityRules
{
    private static readonly string[] TopologyLabels = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    public static void Check(FieldScope scope, LocalityLoadBalancerSetting? setting, bool hasOutlierDetection)
    {
        if (setting is null)
        {
            return;
        }

        scope.Require(setting.Distribute.Count == 0 || setting.Failover.Count == 0, "use distribute or failover, not both");
        scope.Field("failover").Require(
            setting.Failover.Count == 0 || !setting.FailoverPriority.Any(label => TopologyLabels.Contains(label.Split('=')[0], StringComparer.Ordinal)),
            "failover cannot stand together with topology labels in failoverPriority");
        scope.Each("distribute", setting.Distribute, Distribution);
        Overlaps(scope, "distribute", [.. setting.Distribute.Select(entry => entry.From)]);
        scope.Each("failover", setting.Failover, static (item, failover) =>
        {
            item.Require(failover.From != failover.To, $"\"{failover.From}\" cannot fail over to itself");
            item.Require(
                !$"{failover.From}{failover.To}".AsSpan().ContainsAny('/', '*'),
                "failover is between regions: name them without / and *");
        });
        if (!hasOutlierDetection && setting.Failover.Count + setting.FailoverPriority.Count > 0)
        {
            scope.Warning("failover needs outlierDetection in the same policy: without it nothing tells that a locality fails");
        }
    }

    private static void Distribution(FieldScope scope, LocalityLoadBalancerSetting.Types.Distribute entry)
    {
        Locality(scope.Field("from"), entry.From);
        foreach (var (locality, weight) in entry.To)
        {
            Locality(scope.Entry("to", locality), locality);
            scope.Entry("to", locality).Require(weight is >= 1 and <= 100, $"must be between 1 and 100, found {weight}");
        }

        Overlaps(scope, "to", [.. entry.To.Keys]);
        var sum = entry.To.Values.Sum(weight => weight);
        scope.Field("to").Require(sum == 100, $"the weights must sum to 100, found {sum}");
    }

    private static void Locality(FieldScope scope, string locality)
    {
        var star = locality.IndexOf('*', StringComparison.Ordinal);
        scope.Require(star < 0 || star == locality.Length - 1, $"\"{locality}\" may have one * at its end only");
        scope.Require(locality.Split('/').All(part => part.Length > 0), $"\"{locality}\" must be region, region/zone or region/zone/subzone, without empty parts");
    }

    private static void Overlaps(FieldScope scope, string field, IReadOnlyList<string> localities)
    {
        for (var later = 1; later < localities.Count; later++)
        {
            var other = localities.Take(later).FirstOrDefault(earlier => Overlap(earlier, localities[later]));
            scope.Field(field).Require(other is null, $"\"{localities[later]}\" overlaps with \"{other}\"");
        }
    }

    /// <summary>Whether one names all that the other names: <c>a</c> and <c>a/*</c> both hold <c>a/b</c>.</summary>
    private static bool Overlap(string left, string right)
    {
        var (first, second) = (left.TrimEnd('*').TrimEnd('/') + "/", right.TrimEnd('*').TrimEnd('/') + "/");
        return first == "/" || second == "/" || first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal);
    }
}
