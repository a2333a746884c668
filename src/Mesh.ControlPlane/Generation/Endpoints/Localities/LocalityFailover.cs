using System.Collections.Immutable;
using Failover = Mesh.Config.Istio.Networking.LocalityLoadBalancerSetting.Types.Failover;

namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Prefers what is near: subzone, zone, region, the region to fail over to, the rest.</summary>
internal static class LocalityFailover
{
    private const int Elsewhere = 3;

    /// <summary>Ranks there are, so that they refine priorities that are there already.</summary>
    private const int Ranks = 5;

    public static ImmutableArray<LocalityGroup> Apply(ImmutableArray<LocalityGroup> groups, LocalityName client, IReadOnlyCollection<Failover> failover)
    {
        var target = failover.FirstOrDefault(entry => entry.From == client.Region)?.To;
        return Renumber([.. groups.Select(group => group with { Priority = (group.Priority * Ranks) + RankOf(group) })]);

        int RankOf(LocalityGroup group) => client.DistanceTo(group.Locality) switch
        {
            Elsewhere when target is not null && group.Locality.Region != target => Elsewhere + 1,
            var distance => distance,
        };
    }

    /// <summary>Closes the gaps: Envoy and gRPC take priorities from 0 on without any.</summary>
    public static ImmutableArray<LocalityGroup> Renumber(ImmutableArray<LocalityGroup> groups)
    {
        var ranks = groups.Select(group => group.Priority).Distinct().Order().ToArray();
        return [.. groups.Select(group => group with { Priority = Array.BinarySearch(ranks, group.Priority) })];
    }
}
