using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.LoadBalancing;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.LoadBalancing.Priorities;
using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class BalancingPropertyTests
{
    private const int Keys = 2000;
    private static readonly FsCheck.Config Settings = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261121, 7);

    private static readonly Gen<PriorityHealth> Health =
        from total in Gen.Choose(0, 40)
        from available in Gen.Choose(0, total)
        select new PriorityHealth(total, available);

    private static readonly Arbitrary<PriorityHealth[]> Priorities = Gen.Choose(1, 5).SelectMany(count => Gen.ArrayOf(Health, count)).ToArbitrary();

    [Theory]
    // Envoy's ring keeps its size when an endpoint goes, so the others get new positions: up to 2/N - 2/N^2 of the keys move, and as much
    // again as the rounding of positions makes. The table of Maglev knows no such effect.
    [InlineData(nameof(LoadBalancingKind.RingHash), 8)]
    [InlineData(nameof(LoadBalancingKind.Maglev), 40)]
    public void D09_WithOneOfManyRemoved_MovesAtMostTwiceItsShareOfTheKeys(string kind, int largest)
    {
        var sizes = from count in Gen.Choose(3, largest)
                    from removed in Gen.Choose(1, count)
                    from ports in Gen.Choose(1, 20_000)
                    select (count, removed, ports);
        Check.One(Settings, Prop.ForAll(sizes.ToArbitrary(), sample =>
        {
            var policy = new LoadBalancingPolicy(Enum.Parse<LoadBalancingKind>(kind)) { MinimumRingSize = 16_384 };
            var all = Enumerable.Range(1, sample.count).Select(index => At(sample.ports + index)).ToArray();
            var rig = new BalancerRig();
            var before = Place(rig.Build(policy, Local(all)));
            var after = Place(rig.Build(policy, Local([.. all.Where(endpoint => endpoint.Address.Port != sample.ports + sample.removed)])));
            return before.Zip(after).Count(pair => pair.First != pair.Second) <= 2 * Keys / sample.count;
        }));
    }

    [Fact]
    public void Pick_OnARingWithAnEjectedEndpoint_MovesItsKeysAndNoOthers()
    {
        var sizes = from count in Gen.Choose(2, 60) from ejected in Gen.Choose(1, count) select (count, ejected);
        Check.One(Settings, Prop.ForAll(sizes.ToArbitrary(), sample =>
        {
            var endpoints = Local([.. Enumerable.Range(1, sample.count).Select(port => At(port))]);
            var rig = new BalancerRig();
            var before = Place(rig.Build(LoadBalancingKind.RingHash, endpoints));
            rig[sample.ejected].IsEjected = true;
            var after = Place(rig.Build(LoadBalancingKind.RingHash, endpoints));
            return before.Zip(after).All(pair => pair.First == sample.ejected ? pair.Second != sample.ejected : pair.First == pair.Second);
        }));
    }

    [Fact]
    public void Shares_OfAnyPriorities_AddUpToAllOrToNothing() =>
        Check.One(Settings, Prop.ForAll(Priorities, priorities =>
        {
            var shares = PriorityLoad.Of(priorities, 140, 0).Shares;
            return shares.Sum() == (priorities.Any(priority => priority.Available > 0) ? 100 : 0)
                && shares.Zip(priorities).All(pair => pair.First >= 0 && (pair.First == 0 || pair.Second.Available > 0));
        }));

    [Fact]
    public void Shares_WithOneMoreEndpointAvailable_NeverFallForTheBestPriority() =>
        Check.One(Settings, Prop.ForAll(Priorities, priorities =>
        {
            if (priorities[0].Available == priorities[0].Endpoints)
            {
                return true;
            }

            PriorityHealth[] better = [new(priorities[0].Endpoints, priorities[0].Available + 1), .. priorities[1..]];
            var (before, after) = (PriorityLoad.Of(priorities, 140, 0).Shares[0], PriorityLoad.Of(better, 140, 0).Shares[0]);

            // What rounding leaves over goes to the first: at most one for each priority.
            return after >= before - priorities.Length;
        }));

    [Fact]
    public void Shares_InPanic_AddUpToAllAsLongAsThereAreEndpoints() =>
        Check.One(Settings, Prop.ForAll(Priorities, priorities =>
            PriorityLoad.Of(priorities, 140, 50).Shares.Sum() == (priorities.Any(priority => priority.Endpoints > 0) ? 100 : 0)));

    [Theory]
    [InlineData(nameof(LoadBalancingKind.RoundRobin))]
    [InlineData(nameof(LoadBalancingKind.LeastRequest))]
    public void Pick_InTurnByAnyWeights_GivesEachItsShareWithinTwoOfAThousand(string kind)
    {
        var weights = Gen.Choose(2, 12).SelectMany(count => Gen.ArrayOf(Gen.Choose(1, 50), count)).ToArbitrary();
        Check.One(Settings, Prop.ForAll(weights, sample =>
        {
            var endpoints = sample.Select((weight, index) => At(index + 1, (uint)weight)).ToArray();
            var picks = sample.Sum() * 40;
            var counts = Count(new BalancerRig().Build(EvenOut(Enum.Parse<LoadBalancingKind>(kind), sample), Local(endpoints)), picks);
            return sample.Select((weight, index) => Math.Abs(counts.GetValueOrDefault(index + 1) - (weight * 40))).All(error => error <= 2 + (picks / 500));
        }));
    }

    // Equal weights compete at random by least request, which is no schedule.
    private static LoadBalancingKind EvenOut(LoadBalancingKind kind, int[] weights) =>
        weights.Distinct().Count() == 1 ? LoadBalancingKind.RoundRobin : kind;

    private static int[] Place(Picker picker) =>
        [.. Enumerable.Range(0, Keys).Select(key => picker.Pick(new PickContext(XxHash64.Hash($"key-{key}")))!.Address.Port)];
}
