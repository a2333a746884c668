using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class BalancerTests
{
    private readonly BalancerRig _rig = new();

    [Fact]
    public void Pick_RoundRobin_GoesThroughAllInTurn()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2), At(3)));

        var counts = Count(picker, 300);

        Assert.Equal([100, 100, 100], [counts[1], counts[2], counts[3]]);
    }

    [Fact]
    public void Pick_RoundRobinWithWeights_FollowsThemEvenlyOverTime()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1, weight: 3), At(2, weight: 1)));

        // Any eight picks in a row hold about two of the light endpoint, so no burst can overload it.
        for (var round = 0; round < 100; round++)
        {
            Assert.InRange(Count(picker, 8).GetValueOrDefault(2), 1, 3);
        }

        Assert.InRange(Count(picker, 4000)[1], 2990, 3010);
    }

    [Fact]
    public void Pick_RoundRobinWithOneGiant_FollowsTheWeights()
    {
        var small = Enumerable.Range(2, 99).Select(port => At(port, weight: 1)).ToArray();
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local([At(1, weight: 901), .. small]));

        Assert.InRange(Count(picker, 10_000)[1], 8995, 9105);
    }

    [Fact]
    public void Pick_RoundRobin_StartsAtARandomTurn()
    {
        var starts = Enumerable.Range(0, 50)
            .Select(seed => new BalancerRig(seed).Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2), At(3))))
            .Select(picker => picker.Pick(default)!.Address.Port)
            .Distinct();

        Assert.Equal(3, starts.Count());
    }

    [Theory]
    [InlineData(nameof(LoadBalancingKind.Random), 10_000, 8910, 9090)]
    [InlineData(nameof(LoadBalancingKind.LeastRequest), 10_000, 8999, 9001)]
    [InlineData(nameof(LoadBalancingKind.RoundRobin), 10_000, 8990, 9010)]
    public void Pick_WithoutLoad_FollowsTheWeights(string kind, int picks, int least, int most)
    {
        var picker = _rig.Build(Enum.Parse<LoadBalancingKind>(kind), Local(At(1, weight: 9), At(2, weight: 1)));

        Assert.InRange(Count(picker, picks)[1], least, most);
    }

    [Fact]
    public void Pick_LeastRequest_PrefersTheLessBusy()
    {
        var picker = _rig.Build(LoadBalancingKind.LeastRequest, Local(At(1), At(2)));
        _rig[1].Enter();

        // The busy one only wins when both draws are it: a quarter.
        Assert.InRange(Count(picker, 1000)[1], 200, 300);
    }

    [Fact]
    public void Pick_LeastRequestWithMoreChoices_PrefersTheLessBusyStillMore()
    {
        var picker = _rig.Build(new LoadBalancingPolicy(LoadBalancingKind.LeastRequest, ChoiceCount: 4), Local(At(1), At(2)));
        _rig[1].Enter();

        Assert.InRange(Count(picker, 1600)[1], 70, 130);
    }

    [Theory]
    // Envoy: weight / (requests + 1) ^ bias. With 1 request at the heavy one: 3/2 to 1, 3/4 to 1, and 3 to 1.
    [InlineData(1.0, 6000)]
    [InlineData(2.0, 4286)]
    [InlineData(0.0, 7500)]
    public void Pick_LeastRequestWithWeights_WeighsRequestsByTheBias(double bias, int expected)
    {
        var picker = _rig.Build(new LoadBalancingPolicy(LoadBalancingKind.LeastRequest) { ActiveRequestBias = bias }, Local(At(1, weight: 3), At(2, weight: 1)));
        _rig[1].Enter();

        Assert.InRange(Count(picker, 10_000)[1], expected - 5, expected + 5);
    }

    [Fact]
    public void Pick_WithAnEjectedEndpoint_LeavesItOutAfterTheRebuild()
    {
        var endpoints = Local(At(1), At(2), At(3));
        _rig.Build(LoadBalancingKind.RoundRobin, endpoints);
        _rig[1].IsEjected = true;
        _rig[2].IsHealthy = false;

        Assert.Equal([3], Count(_rig.Build(LoadBalancingKind.RoundRobin, endpoints), 10).Keys);
    }

    [Fact]
    public void Pick_WithoutAUsableEndpoint_IsNull()
    {
        Assert.Null(_rig.Build(LoadBalancingKind.RoundRobin, Local(At(1, EndpointHealth.Unhealthy))).Pick(default));
        Assert.Null(_rig.Build(LoadBalancingKind.LeastRequest).Pick(default));
        Assert.Null(_rig.Build(LoadBalancingKind.RingHash, Local()).Pick(new PickContext(Hash: 7)));
    }

    [Theory]
    [InlineData(nameof(LoadBalancingKind.RoundRobin))]
    [InlineData(nameof(LoadBalancingKind.LeastRequest))]
    [InlineData(nameof(LoadBalancingKind.Random))]
    [InlineData(nameof(LoadBalancingKind.RingHash))]
    [InlineData(nameof(LoadBalancingKind.Maglev))]
    [InlineData(nameof(LoadBalancingKind.PeakEwma))]
    public void Pick_WithPreviousAttempts_FindsAnotherEndpoint(string kind)
    {
        var picker = _rig.Build(Enum.Parse<LoadBalancingKind>(kind), Local([.. Enumerable.Range(1, 10).Select(port => At(port))]));
        var previous = new PreviousAttempts { MaxReselections = 5 };
        previous.Add(_rig[3]);

        var counts = Enumerable.Range(0, 10_000)
            .Select(key => picker.Pick(new PickContext(unchecked((ulong)key * 11400714819323198485UL), previous))!.Address.Port)
            .CountBy(port => port).ToDictionary();

        Assert.DoesNotContain(3, counts);
        Assert.Equal(9, counts.Count);
    }

    [Fact]
    public void Pick_WhenTheDeadEndpointIsTheIdleOne_FindsTheOther()
    {
        var picker = _rig.Build(LoadBalancingKind.LeastRequest, Local(At(1), At(2)));
        var previous = new PreviousAttempts { MaxReselections = 1 };
        previous.Add(_rig[1]);
        _rig[2].Enter();

        Assert.Equal([2], Count(picker, 1_000, new PickContext(Previous: previous)).Keys);
    }

    [Fact]
    public void Pick_WhenPreviousEndpointsMayBeTriedAgain_FollowsTheAlgorithm()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2)));
        var previous = new PreviousAttempts { MaxReselections = 0 };
        previous.Add(_rig[1]);

        Assert.Equal(2, Count(picker, 10, new PickContext(Previous: previous)).Count);
    }

    [Fact]
    public void Pick_WithOnlyPreviousEndpointsLeft_TakesOneOfThem()
    {
        var picker = _rig.Build(LoadBalancingKind.RoundRobin, Local(At(1)));
        var previous = new PreviousAttempts();
        previous.Add(_rig[1]);

        Assert.Equal(1, picker.Pick(new PickContext(Previous: previous))!.Address.Port);
    }

    [Fact]
    public void ShouldDrop_WithTwoCategories_DrawsForWhatTheFirstLetPass()
    {
        var drop = new OverloadDrop([new DropOverload("a", 500_000), new DropOverload("b", 500_000)], new Random(3));

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => drop.ShouldDrop()), 7370, 7630);
    }
}
