using System.Collections.Immutable;
using Distribute = Mesh.Config.Istio.Networking.LocalityLoadBalancerSetting.Types.Distribute;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Sends fixed shares of a client's requests to localities (<c>distribute</c>); localities that are not named get none.</summary>
internal static class LocalityDistribution
{
    public static ImmutableArray<LocalityGroup> Apply(ImmutableArray<LocalityGroup> groups, LocalityName client, IEnumerable<Distribute> distribute)
    {
        if (distribute.FirstOrDefault(entry => client.IsWithin(entry.From)) is not { } own)
        {
            return groups;
        }

        var weights = new uint?[groups.Length];

        // The most exact first, "*" last, so that each locality belongs to one entry whatever the order of the map.
        foreach (var (pattern, share) in own.To.OrderByDescending(entry => entry.Key.TrimEnd('*').Length).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var members = Enumerable.Range(0, groups.Length).Where(index => weights[index] is null && groups[index].Locality.IsWithin(pattern)).ToArray();
            var total = members.Sum(index => (long)groups[index].Weight);
            foreach (var index in members)
            {
                weights[index] = (uint)Math.Ceiling((double)groups[index].Weight * share / total);
            }
        }

        return [.. groups.Select((group, index) => (group, weight: weights[index])).Where(pair => pair.weight > 0).Select(pair => pair.group with { Weight = pair.weight!.Value })];
    }
}
