using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing.Connections;

namespace Mesh.Client.Tests.Reliability;

/// <summary>What a server sends wrong, takes away or never sends (fault matrix A01 to A05, A12, A18; gRFC A46, A53, A57, A74, A88).</summary>
public sealed class DataErrorTests
{
    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A01_OneBadAndManyGoodResources_GoodAreUsedAndTheNackNamesTheBad(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeTwoClustersAsync(server, rig);

        var bad = Resources.Endpoints("c1", 7001);
        bad.Endpoints[0].Priority = 5000;
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", bad), ("c2", Resources.Endpoints("c2", 7102))));

        var nack = await stream.AnsweredAsync("e2");
        Assert.Contains("c1", nack.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2", nack.Error, StringComparison.Ordinal);
        var after = await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c2") is [7102]);
        Assert.Equal([7001], XdsClientRig.Ports(after, "c1"));
        Assert.Contains("c1", after.Clusters["c1"].Reason, StringComparison.Ordinal);
        Assert.Null(after.Clusters["c2"].Reason);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A02_FirstResponseIsBad_OnlyThatDestinationFails(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        var reviews = rig.WaitForAsync(XdsClientRig.Reviews);
        var bad = rig.WaitForAsync(new Authority("bad", 80));
        var stream = await server.AcceptAsync();
        await stream.NextAsync(request => request.Names.Contains("bad:80"));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1")
            .With(("reviews:9080", Resources.Listener("reviews:9080", "routes")), ("bad:80", new Mesh.Protocol.Envoy.Listener.Listener { Name = "bad:80", ApiListener = new() })));
        Assert.Contains("bad:80", (await stream.AnsweredAsync("l1")).Error, StringComparison.Ordinal);
        await XdsClientRig.ServeFromRoutesAsync(stream, "c1", "1", 7001);

        var failed = await bad;
        Assert.Equal(DestinationStatus.Failed, failed.Status);
        Assert.Contains("bad:80", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(DestinationStatus.Routed, (await reviews).Status);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A03_ListenerAndClusterAreRemoved_StayInForceWithAnError(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRemoved");
        var stream = await ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").Without("reviews:9080"));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").Without("c1"));

        var after = await rig.ReachesAsync(destination => destination.Clusters["c1"].Reason is not null);
        Assert.Equal(DestinationStatus.Routed, after.Status);
        Assert.Contains("removed it", after.Reason, StringComparison.Ordinal);
        Assert.Equal([7001], XdsClientRig.Ports(after, "c1"));

        // It heals when it comes again.
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "3", "l3").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "3", "c3").With(("c1", Resources.Cluster("c1"))));
        await rig.ReachesAsync(destination => destination.Reason is null && destination.Clusters["c1"].Reason is null);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A03_ServerFailsOnDataErrors_WhatIsRemovedOrRefusedIsDropped(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(protocol, server, "fail_on_data_errors");
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").WithRaw("c1", AdsResponse.Pack(Resources.Cluster("c1"))));
        await stream.AnsweredAsync("e2");
        if (protocol == XdsProtocol.Delta)
        {
            var emptied = await rig.ReachesAsync(destination => destination.Clusters["c1"].Endpoints.Localities.IsEmpty);
            Assert.NotNull(emptied.Clusters["c1"].Reason);
        }

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").Without("reviews:9080"));
        var after = await rig.ReachesAsync(destination => destination.Status is DestinationStatus.Failed);
        Assert.Contains("removed it", after.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta, GrpcStatusCode.PermissionDenied, false)]
    [InlineData(XdsProtocol.Delta, GrpcStatusCode.PermissionDenied, true)]
    [InlineData(XdsProtocol.Delta, GrpcStatusCode.Unavailable, true)]
    [InlineData(XdsProtocol.StateOfTheWorld, GrpcStatusCode.NotFound, false)]
    internal async Task A03_ServerSaysWhyItGivesNothing_OnlyDataErrorsOfAServerThatFailsOnThemDrop(XdsProtocol protocol, GrpcStatusCode code, bool fails)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(protocol, server, fails ? "fail_on_data_errors" : "xds_v3");
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").WithError("reviews:9080", code, "no entry"));

        var after = await rig.ReachesAsync(destination => destination.Reason is not null);
        Assert.Contains("no entry", after.Reason, StringComparison.Ordinal);
        Assert.Equal(fails && code is GrpcStatusCode.PermissionDenied ? DestinationStatus.Failed : DestinationStatus.Routed, after.Status);
    }

    [Theory]
    [InlineData(false, 15, DestinationStatus.Unknown)]
    [InlineData(true, 30, DestinationStatus.Failed)]
    internal async Task A04_ResourceNeverComes_IsGivenUpInTimeAndHealsWhenItComes(bool isTransient, int seconds, DestinationStatus expected)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(XdsProtocol.Delta, server, isTransient ? "resource_timer_is_transient_error" : "xds_v3");
        rig.Client.Start();
        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await rig.Time.WaitForTimerOfAsync(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

        rig.Time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.Null(rig.Destination(XdsClientRig.Reviews));
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(expected, (await waiting).Status);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await XdsClientRig.ServeFromRoutesAsync(stream, "c1", "1", 7001);
        await rig.ReachesAsync(destination => destination.Status is DestinationStatus.Routed);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta, true)]
    [InlineData(XdsProtocol.StateOfTheWorld, false)]
    internal async Task A04_MeshsOwnServerStopsInTheMiddle_ItsSilenceSendsNoCallOutOfTheMesh(XdsProtocol protocol, bool answersForAll)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        var stream = await ServeReviewsAsync(server, rig);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2") { Identifier = "mesh" }.With(("c1", Resources.Cluster("c1"))));
        await stream.AnsweredAsync("c2");
        var details = new Authority("details", 9080);
        rig.Client.Subscribe(details);
        await stream.AskedAsync(XdsTypeUrl.Listener, "details:9080");
        await rig.Time.WaitForTimerOfAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);

        rig.Time.Advance(TimeSpan.FromSeconds(15));
        await rig.SettleAsync();

        // Over the state of the world nobody can say that there is no such thing but by silence.
        Assert.Equal(answersForAll ? null : DestinationStatus.Unknown, rig.Destination(details)?.Status);
    }

    [Fact]
    public async Task A05_ServerIsUnreachable_ClockOfResourcesStandsStill()
    {
        using var nobody = new ReservedPort();
        await using var rig = new XdsClientRig(new XdsClientOptions { BackoffBase = TimeSpan.FromMinutes(10), BackoffCap = TimeSpan.FromMinutes(10) }, nobody.Address);
        rig.Logs.Expect("XdsDisconnected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);

        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.SettleAsync();

        Assert.Null(rig.Destination(XdsClientRig.Reviews));
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A12_RoutesComeBeforeTheirClusters_OldRouteServesUntilTheNewClusterIsReady(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        var stream = await ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").With(("routes", Resources.Routes("routes", "c2"))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c2");
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await rig.SettleAsync();
        Assert.Equal(["c1"], rig.Destination(XdsClientRig.Reviews)!.Clusters.Keys);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c1", Resources.Cluster("c1")), ("c2", Resources.Cluster("c2"))));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c2");
        Assert.Equal(["c1"], rig.Destination(XdsClientRig.Reviews)!.Clusters.Keys);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c2", Resources.Endpoints("c2", 7002))));

        var after = await rig.ReachesAsync(destination => destination.Clusters.ContainsKey("c2"));
        Assert.Equal([7002], XdsClientRig.Ports(after, "c2"));
    }

    [Fact]
    public async Task A18_LateCaller_GetsWhatIsHeldAndTheErrorBesideIt()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeReviewsAsync(server, rig);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").WithRaw("routes", AdsResponse.Pack(Resources.Cluster("c1"))));
        await rig.ReachesAsync(destination => destination.Reason is not null);

        var late = await rig.WaitForAsync(XdsClientRig.Reviews);

        Assert.Equal(DestinationStatus.Routed, late.Status);
        Assert.Contains("routes", late.Reason, StringComparison.Ordinal);
        Assert.Equal([7001], XdsClientRig.Ports(late, "c1"));
    }

    private static XdsClientRig Rig(XdsProtocol protocol, AdsServer server, params string[] features) => new(
        new XdsClientOptions { Protocol = protocol },
        new XdsBootstrap([new XdsServer(server.Address) { Features = XdsServerFeatures.Parse(features) }], new XdsNode("node-1")));

    private static async Task<AdsServerStream> ServeReviewsAsync(AdsServer server, XdsClientRig rig)
    {
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);
        await stream.AnsweredAsync("e1");
        return stream;
    }

    private static async Task<AdsServerStream> ServeTwoClustersAsync(AdsServer server, XdsClientRig rig)
    {
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("routes", "c1", "c2"))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c2");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").With(("c1", Resources.Cluster("c1")), ("c2", Resources.Cluster("c2"))));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c2");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "1", "e1").With(("c1", Resources.Endpoints("c1", 7001)), ("c2", Resources.Endpoints("c2", 7002))));
        await rig.WaitForAsync(XdsClientRig.Reviews);
        await stream.AnsweredAsync("e1");
        return stream;
    }
}
