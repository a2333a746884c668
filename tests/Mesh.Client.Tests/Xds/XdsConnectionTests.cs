using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing.Connections;

namespace Mesh.Client.Tests.Xds;


/// <summary>Streams that end, servers that are gone, and the clock of resources (gRFC A57).</summary>
public sealed class XdsConnectionTests
{
    [Fact]
    public async Task Stream_EndsAfterAResponse_IsOpenedAgainAtOnceWithWhatIsHeld()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var first = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(first, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);
        await first.AnsweredAsync("e1");

        first.End();
        var second = await server.AcceptAsync();

        var asked = await second.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        Assert.Equal("1", asked.Held["c1"]);
        Assert.Equal("", asked.Nonce);
        Assert.NotNull(second.Seen.First().Node);
        Assert.Single(rig.Snapshots);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
    }

    [Fact]
    public async Task Stream_EndsInStateOfTheWorld_AsksAgainWithTheLastVersionAndNoNonce()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = XdsProtocol.StateOfTheWorld }, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var first = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(first, "c1", "7", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);

        first.End();
        var second = await server.AcceptAsync();

        var asked = await second.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        Assert.Equal("7", asked.Version);
        Assert.Equal("", asked.Nonce);
    }

    [Fact]
    public async Task Stream_EndsWithoutAResponse_WaitsLongerEachTimeAndWarnsOnce()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsDisconnected");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            server.RefuseNext(GrpcStatusCode.Unavailable);
        }

        rig.Client.Start();
        foreach (var expected in new[] { 1, 1.6, 2.56, 4.096 })
        {
            await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
            var pause = rig.Client.State.NextAttempt!.Value - rig.Time.GetUtcNow();
            Assert.InRange(pause.TotalSeconds, expected * 0.8, expected * 1.2);
            Assert.Contains("refused by the test", rig.Client.State.LastError, StringComparison.Ordinal);
            await rig.Time.WaitForTimerAsync(pause, TestContext.Current.CancellationToken);
            var leaves = rig.LeavesAsync(XdsConnectionStatus.BackingOff);
            rig.Time.Advance(pause);
            await leaves;
        }

        await rig.ReachesAsync(XdsConnectionStatus.Connected);
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "XdsDisconnected");
    }

    [Fact]
    public async Task Server_DoesNotSpeakDelta_IsAskedInTheOtherFormAtOnce()
    {
        await using var server = await AdsServer.StartAsync(servesDelta: false);
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);

        Assert.Equal(DestinationStatus.Routed, (await rig.WaitForAsync(XdsClientRig.Reviews)).Status);
        Assert.Equal(XdsProtocol.StateOfTheWorld, rig.Client.State.Protocol);
    }

    [Fact]
    public async Task Server_CannotBeReached_TheNextOneServes()
    {
        await using var server = await AdsServer.StartAsync();
        using var nobody = new ReservedPort();
        await using var rig = new XdsClientRig(new XdsClientOptions(), nobody.Address, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);

        Assert.Equal(DestinationStatus.Routed, (await rig.WaitForAsync(XdsClientRig.Reviews)).Status);
        Assert.Equal(server.Address.Port, rig.Client.State.Server!.Address.Port);
    }

    [Fact]
    public async Task Resource_NeverComes_IsAbsentAfterItsTimeAndHealsWhenItComes()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Start();
        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await rig.Time.WaitForTimerBetweenAsync(TimeSpan.FromSeconds(14.9), TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);

        rig.Time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.Null(rig.Destination(XdsClientRig.Reviews));
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(DestinationStatus.Unknown, (await waiting).Status);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("routes", "c1"))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c1");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").Without("c1"));

        // A cluster that does not exist fails its own requests only.
        var healed = await rig.ReachesAsync(destination => destination.Status == DestinationStatus.Routed);
        Assert.Contains("no such cluster", healed.Clusters["c1"].Reason, StringComparison.Ordinal);
        Assert.Empty(healed.Clusters["c1"].Endpoints.Localities);
    }

    [Fact]
    public async Task Resource_WithoutAServer_IsNotDeclaredAbsent()
    {
        using var nobody = new ReservedPort();
        await using var rig = new XdsClientRig(new XdsClientOptions { BackoffBase = TimeSpan.FromMinutes(10), BackoffCap = TimeSpan.FromMinutes(10) }, nobody.Address);
        rig.Logs.Expect("XdsDisconnected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);

        rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(rig.Destination(XdsClientRig.Reviews));
        Assert.False(rig.Client.State.EverConnected);
    }

    [Theory]
    [InlineData("mesh-control-plane", true)]
    [InlineData("istiod", false)]
    public async Task Announce_OnALiveStream_IsToldToServersThatReadItAgain(string identifier, bool told)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Announce(Registration(WorkloadState.NotReady));
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        Assert.Equal("not-ready", State(await stream.NextAsync(request => request.Node is not null)));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1") { Identifier = identifier }.Without("reviews:9080"));
        await rig.WaitForAsync(XdsClientRig.Reviews);

        rig.Client.Announce(Registration(WorkloadState.Ready));
        rig.Client.Subscribe(new Authority("other", 80));

        var next = await stream.NextAsync(request => request.Node is not null || request.Names is ["other:80"]);
        Assert.Equal(told ? "ready" : null, next.Node is null ? null : State(next));
    }

    [Fact]
    public async Task Announce_ByAProcessThatCallsNobody_IsSentWithoutAskingForEverything()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Announce(Registration(WorkloadState.Ready));
        rig.Client.Start();
        var stream = await server.AcceptAsync();

        var request = await stream.NextAsync(_ => true);

        Assert.Equal("ready", State(request));
        Assert.Equal(XdsTypeUrl.ClusterLoadAssignment, request.TypeUrl);
        Assert.Empty(request.Names);
    }

    [Fact]
    public async Task Subscribe_BeyondTheLimit_UnknownAuthoritiesGoFirst()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { MaxSubscriptions = 2 }, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);
        var unknown = rig.WaitForAsync(new Authority("unknown", 80));
        await stream.AskedAsync(XdsTypeUrl.Listener, "unknown:80");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").Without("unknown:80"));
        Assert.Equal(DestinationStatus.Unknown, (await unknown).Status);

        rig.Client.Subscribe(new Authority("third", 80));

        var request = await stream.NextAsync(request => request.Dropped.Length > 0);
        Assert.Equal(["unknown:80"], request.Dropped);
        Assert.NotNull(rig.Destination(XdsClientRig.Reviews));
    }

    private static string? State(AdsRequest request) =>
        request.Node!.Metadata.Fields[NodeMetadataKeys.MeshWorkload].StructValue.Fields[NodeMetadataKeys.WorkloadKeys.State].StringValue;

    private static WorkloadRegistration Registration(WorkloadState state) =>
        new("details", "127.0.0.1", ImmutableSortedDictionary<string, int>.Empty.Add("http", 7001), ImmutableSortedDictionary<string, int>.Empty, state);
}
