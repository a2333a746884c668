using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PriorityPickTests
{
    private readonly BalancerRig _rig = new();

    [Fact]
    public void Pick_WithAnUnhealthyPriority_TakesTheNext()
    {
        var picker = _rig.Build(
            LoadBalancingKind.RoundRobin,
            Local(At(1, EndpointHealth.Unhealthy), At(2, EndpointHealth.Draining)),
            Local(At(3), At(4, EndpointHealth.Unknown)) with { Priority = 1 });

        Assert.Equal([3, 4], Count(picker, 10).Keys.Order());
    }

    [Theory]
    [InlineData(nameof(LoadBalancingKind.RoundRobin))]
    [InlineData(nameof(LoadBalancingKind.LeastRequest))]
    [InlineData(nameof(LoadBalancingKind.Maglev))]
    public void Pick_WithHalfAPriority_SpillsThirtyPercentOver(string kind)
    {
        var picker = _rig.Build(
            Enum.Parse<LoadBalancingKind>(kind),
            Local(At(1), At(2, EndpointHealth.Unhealthy)),
            Local(At(3)) with { Priority = 1 });

        Assert.InRange(Count(picker, 10_000)[3], 2850, 3150);
    }

    [Fact]
    public void Pick_ByHashWithHalfAPriority_AlwaysSpillsTheSameKeys()
    {
        var picker = _rig.Build(LoadBalancingKind.RingHash, Local(At(1), At(2, EndpointHealth.Unhealthy)), Local(At(3)) with { Priority = 1 });

        // Envoy takes the priority by the hash itself, too.
        Assert.Equal([1], Count(picker, 50, new PickContext(Hash: 1069)).Keys);
        Assert.Equal([3], Count(picker, 50, new PickContext(Hash: 1070)).Keys);
    }

    [Fact]
    public void Pick_WithLocalityWeights_SharesByLocalityFirst()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2)) with { Weight = 1 }, Local(At(3)) with { Weight = 3 });

        var counts = Count(picker, 8000);

        Assert.InRange(counts[3], 5990, 6010);
        Assert.InRange(counts[1], 990, 1010);
    }

    [Fact]
    public void Pick_WithoutLocalityWeights_SharesByEndpoint()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { UsesLocalityWeights = false };
        var picker = _rig.Build(policy, Local(At(1), At(2)) with { Weight = 1 }, Local(At(3)) with { Weight = 3 });

        Assert.Equal([1000, 1000, 1000], Count(picker, 3000).OrderBy(count => count.Key).Select(count => count.Value));
    }

    [Fact]
    public void Pick_WithAHalfHealthyLocality_LowersItsWeightByWhatItCannotBear()
    {
        var picker = _rig.Build(
            LoadBalancingKind.RoundRobin,
            Local(At(1), At(2, EndpointHealth.Unhealthy)) with { Weight = 1 },
            Local(At(3)) with { Weight = 1 });

        // Envoy: 0.5 healthy x 1.4 = 0.7 of its weight.
        Assert.InRange(Count(picker, 17_000)[1], 6950, 7050);
    }

    [Fact]
    public void Pick_ByHashWithLocalityWeights_GivesEachLocalityItsPartOfTheRing()
    {
        var picker = _rig.Build(LoadBalancingKind.Maglev, Local(At(1), At(2)) with { Weight = 1 }, Local(At(3)) with { Weight = 3 });

        Assert.InRange(Count(picker, 10_000)[3], 7350, 7650);
    }

    [Fact]
    public void D02_PickBelowThePanicThreshold_UsesAllEndpoints()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { PanicThreshold = 50 };

        Assert.Equal([1, 2, 3], Count(_rig.Build(policy, Local(At(1), At(2, EndpointHealth.Unhealthy), At(3, EndpointHealth.Unhealthy))), 9).Keys.Order());
        Assert.Equal([1, 2], Count(_rig.Build(policy, Local(At(1), At(2), At(3, EndpointHealth.Unhealthy))), 9).Keys.Order());
    }

    [Fact]
    public void Pick_WithPanicOff_FailsWhenNothingIsHealthy() =>
        Assert.Null(_rig.Build(LoadBalancingKind.RoundRobin, Local(At(1, EndpointHealth.Unhealthy))).Pick(default));

    [Fact]
    public void Pick_AvoidingPreviousPriorities_GoesToTheOthersUntilNoneIsLeft()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2)), Local(At(3)) with { Priority = 1 }, Local(At(4)) with { Priority = 2 });
        var previous = new PreviousAttempts();
        var retry = new PickContext(Previous: previous, AvoidPreviousPriorities: true);

        previous.Add(_rig[1]);
        Assert.Equal([3], Count(picker, 20, retry).Keys);
        previous.Add(_rig[3]);
        Assert.Equal([4], Count(picker, 20, retry).Keys);

        // Every priority has had its turn: the shares are those of a first attempt again.
        previous.Add(_rig[4]);
        Assert.Equal([2], Count(picker, 20, retry).Keys.Except([1]));
    }

    [Fact]
    public void Pick_WithAStrictSession_GoesThereOrNowhereUnlessItIsARetry()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { OverrideHealth = EndpointHealthSet.Of([EndpointHealth.Healthy]) };
        var endpoints = Local(At(1), At(2), At(3));
        var session = new PickContext(OverrideHost: "10.0.0.1:1", RequiresOverrideHost: true);

        Assert.Equal(1, _rig.Build(policy, endpoints).Pick(session)!.Address.Port);
        Assert.Null(_rig.Build(policy, endpoints).Pick(session with { OverrideHost = "10.0.0.9:9" }));
        Assert.NotNull(_rig.Build(policy, endpoints).Pick(session with { OverrideHost = "10.0.0.9:9", Previous = new PreviousAttempts() }));
        _rig[1].IsEjected = true;
        Assert.Null(_rig.Build(policy, endpoints).Pick(session));
    }

    [Theory]
    [InlineData(EndpointHealth.Healthy, true)]
    [InlineData(EndpointHealth.Draining, true)]
    [InlineData(EndpointHealth.Unhealthy, false)]
    internal void Pick_WithASession_StaysWhileTheHealthAllows(EndpointHealth health, bool stays)
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin)
        {
            OverrideHealth = EndpointHealthSet.Of([EndpointHealth.Healthy, EndpointHealth.Draining]),
        };
        var picker = _rig.Build(policy, Local(At(1, health), At(2), At(3)));
        var session = new PickContext(OverrideHost: "10.0.0.1:1");

        Assert.Equal(stays, Count(picker, 30, session).Keys.SequenceEqual([1]));
        _rig[1].IsEjected = true;
        Assert.DoesNotContain(1, Count(_rig.Build(policy, Local(At(1, health), At(2), At(3))), 30, session).Keys);
    }
}
