using Mesh.Client.LoadBalancing;
using Mesh.Client.LoadBalancing.Lanes;
using Mesh.Client.Model;
using Mesh.Testing.Time;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class LaneTests
{
    private readonly BalancerRig _rig = new();
    private readonly LaneRule _rule = new(ByVersion: false, Baseline: "", Header: "x-lane");

    [Theory]
    [InlineData(null, "1,2")]
    [InlineData("blue", "3")]
    [InlineData("green", "4")]
    [InlineData("red", "1,2")]
    [InlineData("", "1,2")]
    public void Pick_Lane_GoesToItsEndpointsElseToTheBaseline(string? lane, string ports)
    {
        var picker = Build(_rule, Local(At(1), At(2), Of(3, "blue"), Of(4, "green")));

        Assert.True(picker.ChoosesByLane);
        Assert.Equal(ports, string.Join(',', Count(picker, 400, new PickContext(Lane: lane)).Keys.Order()));
    }

    [Fact]
    public void Pick_NoEndpointOfALane_CostsNothing() => Assert.False(Build(_rule, Local(At(1), At(2))).ChoosesByLane);

    [Fact]
    public void Pick_OnlyLanes_LeavesTheBaselineWithoutAnEndpoint()
    {
        var picker = Build(_rule, Local(Of(3, "blue")));

        Assert.Null(picker.Pick(default));
        Assert.Equal(3, picker.Pick(new PickContext(Lane: "blue"))!.Address.Port);
    }

    [Fact]
    public void Pick_LaneThatTakesNoRequests_GoesToTheBaseline()
    {
        var picker = Build(_rule, Local(At(1), Of(3, "blue") with { Health = EndpointHealth.Unhealthy }));

        Assert.Equal(1, picker.Pick(new PickContext(Lane: "blue"))!.Address.Port);
    }

    [Fact]
    public void Pick_LocalitiesByWeight_AreNotSkewedByLanes()
    {
        var near = new LocalityEndpoints(new Locality("a", "", ""), 0, 1, [At(1)]);
        var far = new LocalityEndpoints(new Locality("b", "", ""), 0, 10, [At(2), .. Enumerable.Range(3, 9).Select(port => Of(port, "blue"))]);

        var counts = Count(Build(_rule, near, far), 4000);

        Assert.InRange(counts[1], 1800, 2200);
    }

    [Fact]
    public void Pick_ByVersion_TakesTheBaselineVersionForNoLane()
    {
        var rule = new LaneRule(ByVersion: true, Baseline: "v1", Header: "x-lane");
        var picker = Build(rule, Local(Version(1, "v1"), Version(2, "v2"), Of(3, "blue") with { Placement = new LanePlacement("blue", "v1") { IsGuest = true } }));

        Assert.Equal([1], Count(picker, 50).Keys);
        Assert.Equal([2], Count(picker, 50, new PickContext(Lane: "v2")).Keys);
    }

    [Theory]
    [InlineData("blue", "blue")]
    [InlineData(null, null)]
    public void LaneOf_Request_ReadsItsHeader(string? header, string? lane)
    {
        using var request = new HttpRequestMessage();
        if (header is not null)
        {
            request.Headers.Add("X-Lane", header);
        }

        Assert.Equal(lane, _rule.LaneOf(request));
    }

    private Picker Build(LaneRule rule, params LocalityEndpoints[] localities) =>
        new Balancer(new Random(5), new FakeTimeProvider(), rule).Build(new LoadBalancingPolicy(LoadBalancingKind.Random), Set(localities), _rig.Active, _rig.Find);

    private static Endpoint Of(int port, string lane) => At(port) with { Placement = new LanePlacement(lane, "") };

    private static Endpoint Version(int port, string version) => At(port) with { Placement = new LanePlacement("", version) };
}
