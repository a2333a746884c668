using Mesh.Client.Fallback.Snapshots;
using Mesh.Client.Identity.Keeping;
using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;
using Mesh.Testing.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Reliability;

/// <summary>A process that starts without a control plane goes on with what the one before it was told (fault matrix B02, B05).</summary>
public sealed class SnapshotRestoreTests : IDisposable
{
    private const string Owner = "reviews";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task B02_NoServerIsThere_SnapshotAnswersAtOnce()
    {
        await LeaveSnapshotAsync();
        using var nobody = new ReservedPort();
        await using var rig = new XdsClientRig(new XdsClientOptions(), nobody.Address);
        rig.Logs.Expect("XdsDisconnected");
        Keeper(rig).Restore();

        rig.Client.Start();
        var destination = await rig.WaitForAsync(XdsClientRig.Reviews);

        Assert.Equal(DestinationStatus.Routed, destination.Status);
        Assert.Equal(DestinationSource.Snapshot, destination.Source);
        Assert.Equal([7001], XdsClientRig.Ports(destination, "c1"));
    }

    [Fact]
    public async Task B02_ServerSaysNothing_SnapshotAnswersAfterAMomentAndTheServerTakesOver()
    {
        await LeaveSnapshotAsync();
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        Keeper(rig).Restore();
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await rig.SettleAsync();
        Assert.Null(rig.Destination(XdsClientRig.Reviews));

        rig.Time.Advance(new XdsClientOptions().RestoreDelay);
        Assert.Equal(DestinationSource.Snapshot, (await rig.ReachesAsync(destination => destination.Status is DestinationStatus.Routed)).Source);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7002))));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        var live = await rig.ReachesAsync(destination => destination.Source is DestinationSource.ControlPlane && XdsClientRig.Ports(destination, "c1") is [7002]);
        Assert.Equal(DestinationStatus.Routed, live.Status);
    }

    [Fact]
    public async Task B02_ServerAnswers_SnapshotIsNotAsked()
    {
        await LeaveSnapshotAsync();
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        Keeper(rig).Restore();
        rig.Client.Start();
        rig.Client.Subscribe(new Authority("other", 80));
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "other:80");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1") { Identifier = "mesh" }.Without("other:80"));
        await stream.AnsweredAsync("l1");
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2") { Identifier = "mesh" }.Without("reviews:9080"));

        Assert.Equal(DestinationStatus.Unknown, (await waiting).Status);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task B02_ServerSendsWhatMustBeRefused_VersionOfTheSnapshotServesBesideTheError(XdsProtocol protocol)
    {
        await LeaveSnapshotAsync();
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        Keeper(rig).Restore();
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").With(("routes", Resources.Routes("routes", "c1"))));
        await stream.AskedAsync(XdsTypeUrl.Cluster, "c1");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c1", Resources.Cluster("c1"))));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        var bad = Resources.Endpoints("c1", 7002);
        bad.Endpoints[0].Priority = 5000;
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", bad)));

        Assert.NotNull((await stream.AnsweredAsync("e2")).Error);
        var destination = await rig.WaitForAsync(XdsClientRig.Reviews);
        Assert.Equal([7001], XdsClientRig.Ports(destination, "c1"));
        Assert.Contains("c1", destination.Clusters["c1"].Reason, StringComparison.Ordinal);
        Assert.Contains(await rig.Client.ReadHeldAsync(), held => held.TypeUrl == XdsTypeUrl.ClusterLoadAssignment);
    }

    [Fact]
    public async Task A14_ServerSendsMoreThanIsRead_SnapshotHasWhatWasInIt()
    {
        await LeaveSnapshotAsync();
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { MaxMessageSize = 64 * 1024 }, server.Address);
        rig.Logs.Expect("XdsResponseRefused");
        Keeper(rig).Restore();
        rig.Client.Start();
        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();

        await XdsClientRig.ServeAsync(stream, "c1", "2", [.. Enumerable.Range(1, 10_000)]);

        var destination = await waiting;
        Assert.Equal((DestinationStatus.Routed, DestinationSource.ControlPlane), (destination.Status, destination.Source));
        Assert.Equal([7001], XdsClientRig.Ports(destination, "c1"));
    }

    [Fact]
    public async Task B02_NextProcessNeedsNothing_SnapshotIsPassedOnToTheOneAfterIt()
    {
        await LeaveSnapshotAsync();
        await using var server = await AdsServer.StartAsync();
        await using (var second = new XdsClientRig(new XdsClientOptions(), server.Address))
        {
            var keeper = Keeper(second);
            keeper.Restore();
            second.Client.Start();
            var details = second.WaitForAsync(new Authority("details", 9080));
            var stream = await server.AcceptAsync();
            await stream.AskedAsync(XdsTypeUrl.Listener, "details:9080");
            await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").Without("details:9080"));
            await details;
            await keeper.WriteAsync();
        }

        using var nobody = new ReservedPort();
        await using var third = new XdsClientRig(new XdsClientOptions(), nobody.Address);
        third.Logs.Expect("XdsDisconnected");
        Keeper(third).Restore();
        third.Client.Start();

        Assert.Equal(DestinationStatus.Routed, (await third.WaitForAsync(XdsClientRig.Reviews)).Status);
    }

    private async Task LeaveSnapshotAsync()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        var keeper = Keeper(rig);
        await StreamTests.ServeReviewsAsync(server, rig);
        await keeper.WriteAsync();
        Assert.True(File.Exists(_folder["reviews.snapshot"]));
    }

    private SnapshotKeeper Keeper(XdsClientRig rig)
    {
        var folder = new OwnerOnlyFolder(_folder.Path);
        var store = new SnapshotStore(folder, "reviews.snapshot", Owner, new KeyFileSeal(folder), TimeSpan.FromDays(7), rig.Logs.CreateLogger<SnapshotStore>());
        return new SnapshotKeeper(rig.Client, store, Owner, TimeSpan.FromSeconds(5), TimeSpan.FromDays(7), rig.Time);
    }
}
