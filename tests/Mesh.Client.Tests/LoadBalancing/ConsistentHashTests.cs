using Mesh.Client.LoadBalancing;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class ConsistentHashTests
{
    private static readonly int[] Ports = [90, 91, 92, 93, 94, 95];

    [Fact]
    public void Positions_OfSixEndpointsWithTwoEach_AreThoseOfEnvoy()
    {
        var ring = new HashRing(Endpoints(Ports), minimumSize: 12, maximumSize: 12);

        Assert.Equal(
            [
                (833437586790550860UL, 94), (928266305478181108UL, 92), (1033482794131418490UL, 90), (3551244743356806947UL, 95),
                (3851675632748031481UL, 93), (5583722120771150861UL, 91), (6311230543546372928UL, 91), (7700377290971790572UL, 93),
                (13144177310400110813UL, 95), (13444792449719432967UL, 92), (15516499411664133160UL, 94), (16117243373044804889UL, 90),
            ],
            ring.Positions.Select(position => (position.Position, position.Endpoint.Address.Port)));
    }

    [Theory]
    [InlineData(0UL, 94)]
    [InlineData(833437586790550860UL, 94)]
    [InlineData(833437586790550861UL, 92)]
    [InlineData(16117243373044804889UL, 90)]
    [InlineData(16117243373044804890UL, 94)]
    [InlineData(ulong.MaxValue, 94)]
    public void Pick_OnTheRing_TakesTheNextPositionAndWraps(ulong hash, int port)
    {
        var ring = new HashRing(Endpoints(Ports), minimumSize: 12, maximumSize: 12);

        Assert.Equal(port, ring.Pick(hash, attempt: 0).Address.Port);
    }

    [Fact]
    public void Pick_OnTheRingAgain_GoesOnFromPositionToPosition()
    {
        var ring = new HashRing(Endpoints(Ports), minimumSize: 12, maximumSize: 12);

        Assert.Equal([94, 92, 90, 95], Enumerable.Range(0, 4).Select(attempt => ring.Pick(0, attempt).Address.Port));
    }

    [Theory]
    [InlineData("u0", 18102)]
    [InlineData("u1", 18101)]
    [InlineData("u2", 18102)]
    [InlineData("u3", 18102)]
    [InlineData("u4", 18102)]
    [InlineData("u5", 18102)]
    public void Pick_OnTheDefaultRing_AgreesWithGrpc(string key, int port)
    {
        var ring = new HashRing(Endpoints([18101, 18102]), minimumSize: 1024, maximumSize: 8_388_608);

        Assert.Equal(port, ring.Pick(XxHash64.Hash(key), attempt: 0).Address.Port);
    }

    [Theory]
    // Envoy: the lightest endpoint has a whole number of positions, the sum is at least the minimum, and the maximum wins.
    [InlineData(3, 1024, 8_388_608, 1026)]
    [InlineData(6, 1, 8_388_608, 6)]
    [InlineData(4, 1024, 100, 100)]
    public void Positions_OfEqualEndpoints_AreAsManyAsTheSizesSay(int endpoints, ulong minimum, ulong maximum, int expected) =>
        Assert.Equal(expected, new HashRing(Endpoints([.. Enumerable.Range(1, endpoints)]), minimum, maximum).Positions.Count());

    [Fact]
    public void Positions_OfWeightedEndpoints_AreInProportion()
    {
        WeightedEndpoint[] endpoints = [Weigh(1, 1), Weigh(2, 2), Weigh(3, 5)];

        var counts = new HashRing(endpoints, minimumSize: 16, maximumSize: 1024).Positions.CountBy(position => position.Endpoint.Address.Port).ToDictionary();

        Assert.Equal([2, 4, 10], [counts[1], counts[2], counts[3]]);
    }

    [Fact]
    public void Places_OfSixEndpointsInSeven_AreThoseOfEnvoy() =>
        Assert.Equal([92, 94, 90, 91, 95, 90, 93], new MaglevTable(Endpoints(Ports), size: 7).Places.Select(endpoint => endpoint.Address.Port));

    [Fact]
    public void Places_DoNotDependOnTheOrder() =>
        Assert.Equal(
            new MaglevTable(Endpoints(Ports), size: 211).Places.Select(endpoint => endpoint.Address.Port),
            new MaglevTable(Endpoints([.. Ports.Reverse()]), size: 211).Places.Select(endpoint => endpoint.Address.Port));

    [Fact]
    public void Places_OfWeightedEndpoints_AreInProportion()
    {
        var counts = new MaglevTable([Weigh(1, 1), Weigh(2, 3)], size: 65_537).Places.CountBy(endpoint => endpoint.Address.Port).ToDictionary();

        Assert.InRange(counts[1], 16_380, 16_390);
    }

    [Fact]
    public void Pick_FromTheTableAgain_MutatesTheHashAsEnvoy()
    {
        var table = new MaglevTable(Endpoints(Ports), size: 7);

        Assert.Equal(table.Places[(int)(5 % 7UL)], table.Pick(5, attempt: 0));
        Assert.Equal(table.Places[(int)((5 ^ (ulong.MaxValue - 1 + 1)) % 7)], table.Pick(5, attempt: 1));
        Assert.Equal(table.Places[(int)((5 ^ (ulong.MaxValue - 2 + 1)) % 7)], table.Pick(5, attempt: 2));
    }

    [Fact]
    public void Pick_ByHash_StaysWithoutAChangeOfTheEndpoints()
    {
        var rig = new BalancerRig();
        var picker = rig.Build(LoadBalancingKind.RingHash, Local(At(1), At(2), At(3)));

        Assert.Single(Count(picker, 100, new PickContext(Hash: 42)));
    }

    [Theory]
    [InlineData(nameof(LoadBalancingKind.RingHash))]
    [InlineData(nameof(LoadBalancingKind.Maglev))]
    public void Pick_WithoutAHash_GoesAnywhere(string kind)
    {
        var picker = new BalancerRig().Build(Enum.Parse<LoadBalancingKind>(kind), Local(At(1), At(2), At(3)));

        Assert.All(Count(picker, 3000), count => Assert.InRange(count.Value, 850, 1150));
    }

    [Fact]
    public void Pick_WithAHashKeyOrHostName_PlacesByItInsteadOfTheAddress()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.Maglev) { TableSize = 7, HashesHostNames = true };
        var local = Local([.. Ports.Select((port, index) => At(index + 1) with
        {
            HashKey = port == 90 ? "127.0.0.1:90" : null,
            HostName = $"127.0.0.1:{port}",
        })]);
        var picker = new BalancerRig().Build(policy, local);

        Assert.Equal([3, 5, 1, 2, 6, 1, 4], Enumerable.Range(0, 7).Select(hash => picker.Pick(new PickContext((ulong)hash))!.Address.Port));
    }

    [Fact]
    public void Pick_WithABalanceFactor_SendsTheOverflowOnwards()
    {
        var rig = new BalancerRig();
        var picker = rig.Build(new LoadBalancingPolicy(LoadBalancingKind.RingHash) { HashBalanceFactor = 200 }, Local(At(1), At(2), At(3), At(4)));

        // All with one key, none of which ends: no endpoint gets more than twice the average.
        for (var request = 0; request < 100; request++)
        {
            picker.Pick(new PickContext(Hash: 42))!.Enter();
        }

        Assert.Equal(100, rig.Active.Count);
        Assert.Equal(51, Enumerable.Range(1, 4).Max(port => rig[port].InFlight));
    }

    [Fact]
    public void Next_OfTheTwisterWithTheDefaultSeed_HasTheStandardsTenThousandthNumber()
    {
        // The C++ standard (rand.predef): the 10,000th invocation of a default mt19937 gives 4123659995.
        Span<uint> state = stackalloc uint[MersenneTwister.StateLength];
        var twister = new MersenneTwister(state, seed: 5489);
        for (var index = 1; index < 10_000; index++)
        {
            twister.Next();
        }

        Assert.Equal(4123659995, twister.Next());
    }

    private static WeightedEndpoint[] Endpoints(int[] ports) => [.. ports.Select(port => Weigh(port, 1))];

    private static WeightedEndpoint Weigh(int port, double weight) =>
        new(new BalancedEndpoint(new EndpointAddress("127.0.0.1", port)), weight, $"127.0.0.1:{port}");
}
