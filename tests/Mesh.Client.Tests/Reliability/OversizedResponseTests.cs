using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Responses over the limit are passed over and refused; nothing else suffers (fault matrix A14).</summary>
public sealed class OversizedResponseTests
{
    private const int Limit = 64 * 1024;

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A14_ResponseOverTheLimit_IsRefusedAndTheStreamGoesOn(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { MaxMessageSize = Limit, Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResponseRefused");
        var stream = await StreamTests.ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", [.. Enumerable.Range(1, 10_000)]))));
        var refusal = await stream.AnsweredAsync("e2");
        Assert.Equal((int)GrpcStatusCode.InvalidArgument, refusal.ErrorCode);
        Assert.Contains($"at most {Limit} are allowed", refusal.Error, StringComparison.Ordinal);
        Assert.Equal(protocol == XdsProtocol.StateOfTheWorld ? "1" : "", refusal.Version);
        Assert.Equal([7001], XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1"));

        // Both another type and a response of the same one, on the same stream.
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "k2").With(("c1", Resources.Cluster("c1"))));
        Assert.Null((await stream.AnsweredAsync("k2")).Error);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "3", "e3").With(("c1", Resources.Endpoints("c1", 7003))));
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7003]);
        Assert.Null((await stream.AnsweredAsync("e3")).Error);
    }

    [Fact]
    public async Task A14_FirstResponseOverTheLimit_TheDestinationFailsWithTheReasonUntilASmallerOneComes()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { MaxMessageSize = Limit }, server.Address);
        rig.Logs.Expect("XdsResponseRefused");
        rig.Client.Start();
        var reviews = rig.WaitForAsync(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l0").WithRaw("reviews:9080", Blob(2 * Limit)));
        var failed = await reviews.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(DestinationStatus.Failed, failed.Status);
        Assert.Contains("Mesh:Xds:MaxMessageSize", failed.Reason, StringComparison.Ordinal);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))));
        await XdsClientRig.ServeFromRoutesAsync(stream, "c1", "1", 7001);
        await rig.ReachesAsync(destination => destination.Status == DestinationStatus.Routed);
    }

    [Fact]
    public async Task A14_FiftyMebibytes_AreRefusedByTheLimitThatIsTheDefault()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsResponseRefused");
        var stream = await StreamTests.ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").WithRaw("c1", Blob(50 * 1024 * 1024)));

        Assert.Contains($"at most {16 * 1024 * 1024} are allowed", (await stream.AnsweredAsync("e2")).Error, StringComparison.Ordinal);
        Assert.Equal([7001], XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1"));
    }

    private static Any Blob(int size) => new() { TypeUrl = XdsTypeUrl.ClusterLoadAssignment, Value = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
