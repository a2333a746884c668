using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Mesh.ControlPlane.Generation.Endpoints.Localities;
using Mesh.ControlPlane.Registry;
using Failover = Mesh.Config.Istio.Networking.LocalityLoadBalancerSetting.Types.Failover;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What must hold of priorities for any endpoints and any client.</summary>
public sealed class LocalityProperties
{
    private static readonly Gen<string> Locality =
        from region in Gen.Elements("r1", "r2", "r3", "")
        from zone in Gen.Elements("z1", "z2", "")
        from subZone in Gen.Elements("s1", "s2", "")
        select string.Join('/', new[] { region, zone, subZone }.TakeWhile(part => part.Length > 0));

    private static readonly Gen<ServiceEndpoint> Endpoint =
        from locality in Locality
        from version in Gen.Elements("v1", "v2", "v3")
        from lane in Gen.Elements("a", "b")
        from weight in Gen.Choose(1, 1_000)
        select new ServiceEndpoint
        {
            Address = "10.0.0.1",
            Port = 80,
            ServicePortName = "http",
            Locality = locality,
            Weight = (uint)weight,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("version", version).Add("lane", lane),
        };

    [Fact]
    public void Failover_AnyEndpoints_NearerNeverComesLater() => Holds((groups, client) =>
    {
        var result = LocalityFailover.Apply(groups, client, []);
        return HasNoGaps(result) && Keeps(groups, result) && result.All(near => result.All(far =>
            client.DistanceTo(near.Locality) >= client.DistanceTo(far.Locality) || near.Priority < far.Priority));
    });

    [Fact]
    public void Failover_WithATarget_PrefersItsRegionAmongTheForeign() => Holds((groups, client) =>
    {
        var result = LocalityFailover.Apply(groups, client, [new Failover { From = client.Region, To = "r3" }]);
        var foreign = result.Where(group => client.DistanceTo(group.Locality) == 3).ToArray();
        return HasNoGaps(result) && foreign.Where(group => group.Locality.Region == "r3").All(target =>
            foreign.Where(group => group.Locality.Region != "r3").All(other => target.Priority < other.Priority));
    });

    [Fact]
    public void FailoverPriority_AnyLabels_MoreSharedNeverComesLater() => Holds((groups, client) =>
    {
        var result = FailoverPriorities.Apply(groups, new TopologyLabels("lane=a,version=v1", client), ["version", "lane"]);
        return HasNoGaps(result)
            && Keeps(groups, result)
            && result.All(group => group.Endpoints.Select(Shared).Distinct().Count() == 1)
            && result.All(near => result.All(far => Shared(near.Endpoints[0]) <= Shared(far.Endpoints[0]) || near.Priority < far.Priority))
            && result.Select(group => (group.Locality, group.Priority)).Distinct().Count() == result.Length;
    });

    private static int Shared(ServiceEndpoint endpoint) => endpoint.Labels["version"] != "v1" ? 0 : endpoint.Labels["lane"] != "a" ? 1 : 2;

    private static bool HasNoGaps(ImmutableArray<LocalityGroup> groups) =>
        groups.Select(group => group.Priority).Distinct().Order().SequenceEqual(Enumerable.Range(0, groups.Select(group => group.Priority).Distinct().Count()));

    private static bool Keeps(ImmutableArray<LocalityGroup> before, ImmutableArray<LocalityGroup> after) =>
        before.Sum(group => group.Weight) == after.Sum(group => group.Weight)
        && before.Sum(group => group.Endpoints.Length) == after.Sum(group => group.Endpoints.Length);

    private static void Holds(Func<ImmutableArray<LocalityGroup>, LocalityName, bool> holds) => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            Endpoint.NonEmptyListOf().ToArbitrary(),
            Locality.ToArbitrary(),
            (endpoints, client) => holds(
                [.. endpoints.GroupBy(endpoint => endpoint.Locality).Select(group => new LocalityGroup(LocalityName.Parse(group.Key), [.. group]))],
                LocalityName.Parse(client))));
}
