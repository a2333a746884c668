using Mesh.Client.Model;
using static Mesh.Client.Tests.LoadBalancing.BalancerRig;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class WarmupTests
{
    private readonly BalancerRig _rig = new();

    [Theory]
    // Envoy: max(minimum, (age / window) ^ (1 / aggression)), as a weight beside one whole endpoint.
    [InlineData(1.0, 10, 0, 0.10)]
    [InlineData(1.0, 10, 25, 0.25)]
    [InlineData(1.0, 50, 25, 0.50)]
    [InlineData(2.0, 10, 25, 0.50)]
    [InlineData(0.5, 10, 50, 0.25)]
    [InlineData(1.0, 10, 50, 0.50)]
    [InlineData(1.0, 10, 100, 1.0)]
    public void D08_WhileAnEndpointWarmsUp_GivesItThatPartOfItsShare(double aggression, double minimum, int seconds, double expected)
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { Warmup = new WarmupPolicy(TimeSpan.FromSeconds(100), minimum, aggression) };
        WarmUpFirst(policy);
        var picker = _rig.Build(policy, Local(At(1), At(2)));

        _rig.Time.Advance(TimeSpan.FromSeconds(seconds));

        var share = expected / (1 + expected);
        Assert.InRange(Count(picker, 10_000)[2], (share * 10_000) - 20, (share * 10_000) + 20);
    }

    [Fact]
    public void Pick_ByLeastRequest_WarmsUpToo()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.LeastRequest) { Warmup = new WarmupPolicy(TimeSpan.FromSeconds(100)) };
        WarmUpFirst(policy);

        Assert.InRange(Count(_rig.Build(policy, Local(At(1), At(2))), 11_000)[2], 980, 1020);
    }

    [Fact]
    public void Pick_AfterAnEndpointBecameAvailableAgain_WarmsItUpAnew()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { Warmup = new WarmupPolicy(TimeSpan.FromSeconds(100)) };
        _rig.Build(policy, Local(At(1), At(2)));
        _rig.Time.Advance(TimeSpan.FromSeconds(200));
        _rig[2].IsEjected = true;
        _rig.Build(policy, Local(At(1), At(2)));
        _rig[2].IsEjected = false;

        Assert.InRange(Count(_rig.Build(policy, Local(At(1), At(2))), 11_000)[2], 980, 1020);
    }

    [Fact]
    public void Pick_WhenAllAppearTogether_SharesEvenly()
    {
        var policy = new LoadBalancingPolicy(LoadBalancingKind.RoundRobin) { Warmup = new WarmupPolicy(TimeSpan.FromSeconds(100)) };

        Assert.Equal([100, 100], Count(_rig.Build(policy, Local(At(1), At(2))), 200).Values);
    }

    private void WarmUpFirst(LoadBalancingPolicy policy)
    {
        _rig.Build(policy, Local(At(1)));
        _rig.Time.Advance(TimeSpan.FromSeconds(1000));
    }
}
