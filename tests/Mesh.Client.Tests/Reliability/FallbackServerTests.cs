using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;
using Mesh.Testing.Connections;
using Mesh.Testing.Faulty;

namespace Mesh.Client.Tests.Reliability;

/// <summary>A further control plane in the list (fault matrix A17; gRFC A71, A95; psm-interop FallbackTest).</summary>
public sealed class FallbackServerTests
{
    [Fact]
    public async Task A17_PrimaryIsDownAtStart_FallbackServesAndThePrimaryTakesOverWhenItReturns()
    {
        await using var primary = await AdsServer.StartAsync();
        await using var fallback = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port) { Fault = new NetworkFault { Refuses = true } };
        await using var rig = Rig(always: false, proxy.Address, fallback.Address);
        var second = await StreamTests.ServeReviewsAsync(fallback, rig);
        Assert.Equal([7001], XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1"));

        proxy.Fault = NetworkFault.None;
        var first = await ReturnAsync(rig, primary);
        var asked = await first.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        Assert.Equal("1", asked.Held["c1"]);
        Assert.Equal(fallback.Address, rig.Client.State.Server!.Address);
        await first.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7002))));

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7002]);
        Assert.Equal(proxy.Address, rig.Client.State.Server!.Address);
        await Assert.ThrowsAnyAsync<Exception>(() => second.NextAsync(_ => false));
    }

    [Fact]
    public async Task A17_PrimaryDiesMidStart_FallbackCompletesIt()
    {
        await using var primary = await AdsServer.StartAsync();
        await using var fallback = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port);
        await using var rig = Rig(always: false, proxy.Address, fallback.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var first = await primary.AcceptAsync();
        await first.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await first.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await first.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");

        proxy.Fault = new NetworkFault { Refuses = true };
        proxy.Cut();
        var second = await fallback.AcceptAsync();
        await second.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await second.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("routes", "c1"))));
        await second.AskedAsync(XdsTypeUrl.Cluster, "c1");
        await second.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").With(("c1", Resources.Cluster("c1"))));
        await second.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        await second.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "1", "e1").With(("c1", Resources.Endpoints("c1", 7003))));

        await rig.ReachesAsync(destination => destination.Status is DestinationStatus.Routed);
    }

    [Fact]
    public async Task A17_PrimaryDiesAndEverythingIsHeld_NobodyElseIsAskedUntilSomethingNewIsWanted()
    {
        await using var primary = await AdsServer.StartAsync();
        await using var fallback = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port);
        await using var rig = Rig(always: false, proxy.Address, fallback.Address);
        rig.Logs.Expect("XdsDisconnected");
        await StreamTests.ServeReviewsAsync(primary, rig);

        proxy.Fault = new NetworkFault { Refuses = true };
        proxy.Cut();
        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        Assert.Equal(proxy.Address, rig.Client.State.Server!.Address);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);

        rig.Client.Subscribe(new Authority("details", 9080));
        var second = await fallback.AcceptAsync();
        await second.NextAsync(request => request.Names.Contains("details:9080"));
    }

    [Fact]
    public async Task A17_ListIsOfReplicas_TheNextOneGoesOnWithChanges()
    {
        await using var primary = await AdsServer.StartAsync();
        await using var replica = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port);
        await using var rig = Rig(always: true, proxy.Address, replica.Address);
        await StreamTests.ServeReviewsAsync(primary, rig);

        proxy.Fault = new NetworkFault { Refuses = true };
        proxy.Cut();
        var second = await replica.AcceptAsync();
        await second.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        await second.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7009))));

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7009]);
    }

    [Fact]
    public async Task A17_BothAreDown_WhatIsHeldServes()
    {
        await using var primary = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(primary.Address.Port);
        using var nobody = new ReservedPort();
        await using var rig = Rig(always: true, proxy.Address, nobody.Address);
        rig.Logs.Expect("XdsDisconnected");
        await StreamTests.ServeReviewsAsync(primary, rig);

        proxy.Fault = new NetworkFault { Refuses = true };
        proxy.Cut();

        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        Assert.Equal(DestinationStatus.Routed, (await rig.WaitForAsync(XdsClientRig.Reviews)).Status);
    }

    private static XdsClientRig Rig(bool always, params Uri[] servers) => new(
        new XdsClientOptions(),
        new XdsBootstrap([.. servers.Select(server => new XdsServer(server))], new XdsNode("node-1")) { FallsBackOnlyWhenUncached = !always });

    /// <summary>Lets the pause before the next look at the primary pass.</summary>
    private static async Task<AdsServerStream> ReturnAsync(XdsClientRig rig, AdsServer primary)
    {
        var accepting = primary.AcceptAsync().AsTask();
        while (!accepting.IsCompleted)
        {
            // The look that the last pause led to may be under way: there is another timer only when it fails.
            await Task.WhenAny(accepting, rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken));
            if (accepting.IsCompleted)
            {
                break;
            }

            rig.Time.Advance(TimeSpan.FromSeconds(2.5));
            await Task.WhenAny(accepting, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        return await accepting;
    }
}
