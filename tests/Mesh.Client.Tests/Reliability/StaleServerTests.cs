using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Guards;
using Mesh.Protocol.Xds;
using Mesh.Testing.Faulty;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Reliability;

/// <summary>One of several control planes is behind the others (fault matrix B11).</summary>
public sealed class StaleServerTests
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    public async Task B11_StreamMovesToAServerThatIsBehind_NothingIsTakenUntilItHasCaughtUp(XdsProtocol protocol)
    {
        await using var primary = await AdsServer.StartAsync();
        await using var replica = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port);
        await using var rig = new XdsClientRig(
            new XdsClientOptions { Protocol = protocol },
            new XdsBootstrap([new XdsServer(proxy.Address), new XdsServer(replica.Address)], new XdsNode("node-1")) { FallsBackOnlyWhenUncached = false });
        rig.Logs.Expect("XdsDisconnected");
        var first = await StreamTests.ServeReviewsAsync(primary, rig);
        await first.SendAsync(Endpoints("2", "mesh/1 epoch=e version=10", 7002));
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7002]);

        proxy.Fault = new NetworkFault { Refuses = true };
        proxy.Cut();
        var second = await replica.AcceptAsync();
        await second.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        await second.SendAsync(Endpoints("3", "mesh/1 epoch=e version=9", 7009));
        await Assert.ThrowsAnyAsync<Exception>(() => second.NextAsync(_ => false));
        Assert.Equal([7002], XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1"));

        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        var third = await replica.AcceptAsync();
        await third.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        await third.SendAsync(Endpoints("4", "mesh/1 epoch=e version=10", 7010));
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7010]);
    }

    [Theory]
    [InlineData("mesh/1 epoch=e version=10", false)]
    [InlineData("mesh/1 epoch=e version=11", false)]
    [InlineData("mesh/1 epoch=e version=9", true)]
    [InlineData("mesh/1 epoch=e version=9 behind", true)]
    [InlineData("mesh/1 epoch=e version=10 behind", false)]
    [InlineData("mesh/1 epoch=other version=1", false)]
    [InlineData("mesh/1 epoch=other version=99 behind", true)]
    [InlineData("mesh/1", false)]
    [InlineData("mesh/1 epoch= version=1", false)]
    [InlineData("mesh/1 epoch=e version=-1", false)]
    [InlineData("mesh/1 epoch=e", false)]
    [InlineData("istiod epoch=e version=1", false)]
    [InlineData("", false)]
    public void B11_AfterVersionTenOfTheStore_RefusesWhatIsOlderOnly(string offered, bool refused)
    {
        var guard = Guard(TimeSpan.FromSeconds(30));
        Assert.False(guard.Refuses("mesh/1 epoch=e version=10"));

        Assert.Equal(refused, guard.Refuses(offered));
    }

    [Fact]
    public void B11_ServerIsUpToDateAndStillOlder_TheStoreWasSetBackAndIsFollowedAfterTheHoldTime()
    {
        var guard = Guard(TimeSpan.FromSeconds(30));
        guard.Refuses("mesh/1 epoch=e version=10");

        Assert.True(guard.Refuses("mesh/1 epoch=e version=4"));
        _now += TimeSpan.FromSeconds(29);
        Assert.True(guard.Refuses("mesh/1 epoch=e version=4"));
        _now += TimeSpan.FromSeconds(1);
        Assert.True(guard.Refuses("mesh/1 epoch=e version=4 behind"));
        Assert.False(guard.Refuses("mesh/1 epoch=e version=4"));
        Assert.False(guard.Refuses("mesh/1 epoch=e version=5"));
    }

    [Fact]
    public void B11_SomebodyWhoIsNewEnoughAnswersBetween_TheHoldTimeBeginsAnew()
    {
        var guard = Guard(TimeSpan.FromSeconds(30));
        guard.Refuses("mesh/1 epoch=e version=10");
        Assert.True(guard.Refuses("mesh/1 epoch=e version=4"));
        _now += TimeSpan.FromSeconds(40);

        Assert.False(guard.Refuses("mesh/1 epoch=e version=10"));
        Assert.True(guard.Refuses("mesh/1 epoch=e version=4"));
    }

    [Fact]
    public void B11_GuardIsOff_EverythingIsTaken()
    {
        var guard = Guard(TimeSpan.Zero);
        guard.Refuses("mesh/1 epoch=e version=10");

        Assert.False(guard.Refuses("mesh/1 epoch=e version=4"));
    }

    private static AdsResponse Endpoints(string version, string identifier, int port) =>
        new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, version, "n" + version) { Identifier = identifier }.With(("c1", Resources.Endpoints("c1", port)));

    private StaleServerGuard Guard(TimeSpan holdTime) => new(holdTime, () => _now, NullLogger.Instance);
}
