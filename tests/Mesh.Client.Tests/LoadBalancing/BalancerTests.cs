using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class BalancerTests
{
    private readonly Dictionary<EndpointAddress, BalancedEndpoint> _endpoints = [];

    [Fact]
    public void Pick_RoundRobin_GoesThroughAllInTurn()
    {
        var picker = Build(LoadBalancingKind.RoundRobin, Local(At(1), At(2), At(3)));

        var counts = Count(picker, 300);

        Assert.Equal([100, 100, 100], [counts[1], counts[2], counts[3]]);
    }

    [Fact]
    public void Pick_RoundRobinWithWeights_FollowsThemEvenlyOverTime()
    {
        var picker = Build(LoadBalancingKind.RoundRobin, Local(At(1, weight: 3), At(2, weight: 1)));

        // Any eight picks in a row hold about two of the light endpoint, so no burst can overload it.
        for (var round = 0; round < 100; round++)
        {
            Assert.InRange(Count(picker, 8).GetValueOrDefault(2), 1, 3);
        }

        Assert.InRange(Count(picker, 4000)[1], 2990, 3010);
    }

    [Fact]
    public void Pick_RoundRobin_StartsAtARandomTurn()
    {
        var starts = Enumerable.Range(0, 50)
            .Select(seed => new Balancer(new Random(seed)).Build(new LoadBalancingPolicy(LoadBalancingKind.RoundRobin), Set(Local(At(1), At(2), At(3))), Find))
            .Select(picker => picker.Pick(default)!.Address.Port)
            .Distinct();

        Assert.Equal(3, starts.Count());
    }

    [Theory]
    [InlineData(nameof(LoadBalancingKind.Random))]
    [InlineData(nameof(LoadBalancingKind.LeastRequest))]
    public void Pick_AtRandomWithoutLoad_FollowsTheWeights(string kind)
    {
        var picker = Build(Enum.Parse<LoadBalancingKind>(kind), Local(At(1, weight: 9), At(2, weight: 1)));

        var heavy = Count(picker, 10_000)[1];

        Assert.InRange(heavy, 8910, 9090);
    }

    [Fact]
    public void Pick_LeastRequest_PrefersTheLessBusy()
    {
        var picker = Build(LoadBalancingKind.LeastRequest, Local(At(1), At(2)));
        Find(new Endpoint(new EndpointAddress("10.0.0.1", 1), 1, EndpointHealth.Healthy)).Enter();

        // The busy one only wins when both draws are it: a quarter.
        Assert.InRange(Count(picker, 1000)[1], 200, 300);
    }

    [Fact]
    public void Pick_WithAnUnhealthyPriority_TakesTheNext()
    {
        var picker = Build(
            LoadBalancingKind.RoundRobin,
            Local(At(1, EndpointHealth.Unhealthy), At(2, EndpointHealth.Draining)),
            Local(At(3), At(4, EndpointHealth.Unknown)) with { Priority = 1 });

        Assert.Equal([3, 4], Count(picker, 10).Keys.Order());
    }

    [Fact]
    public void Pick_WithLocalityWeights_SharesByLocalityFirst()
    {
        var picker = Build(
            LoadBalancingKind.RoundRobin,
            Local(At(1), At(2)) with { Weight = 1 },
            Local(At(3)) with { Weight = 3 });

        var counts = Count(picker, 8000);

        Assert.InRange(counts[3], 5990, 6010);
        Assert.InRange(counts[1], 990, 1010);
    }

    [Fact]
    public void Pick_WithoutAUsableEndpoint_IsNull()
    {
        Assert.Null(Build(LoadBalancingKind.RoundRobin, Local(At(1, EndpointHealth.Unhealthy))).Pick(default));
        Assert.Null(Build(LoadBalancingKind.LeastRequest).Pick(default));
    }

    [Fact]
    public void ShouldDrop_WithTwoCategories_DrawsForWhatTheFirstLetPass()
    {
        var drop = new OverloadDrop([new DropOverload("a", 500_000), new DropOverload("b", 500_000)], new Random(3));

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => drop.ShouldDrop()), 7370, 7630);
    }

    private static Endpoint At(int port, EndpointHealth health) => new(new EndpointAddress("10.0.0.1", port), 1, health);

    private static Endpoint At(int port, uint weight = 1) => new(new EndpointAddress("10.0.0.1", port), weight, EndpointHealth.Healthy);

    private static LocalityEndpoints Local(params Endpoint[] endpoints) => new(Locality.None, 0, 1, [.. endpoints]);

    private static EndpointSet Set(params LocalityEndpoints[] localities) => new([.. localities]);

    private static Dictionary<int, int> Count(Picker picker, int picks) =>
        Enumerable.Range(0, picks).Select(_ => picker.Pick(default)!.Address.Port).CountBy(port => port).ToDictionary();

    private Picker Build(LoadBalancingKind kind, params LocalityEndpoints[] localities) =>
        new Balancer(new Random(5)).Build(new LoadBalancingPolicy(kind), Set(localities), Find);

    private BalancedEndpoint Find(Endpoint endpoint)
    {
        if (!_endpoints.TryGetValue(endpoint.Address, out var found))
        {
            _endpoints[endpoint.Address] = found = new BalancedEndpoint(endpoint.Address);
        }

        return found;
    }
}
