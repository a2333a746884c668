using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Xds;


/// <summary>What a client makes of the responses of a server, in both forms of the protocol.</summary>
public sealed class XdsClientTests
{
    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task WaitForAsync_ServerAnswersAllTypes_RoutesToTheEndpoints(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Client.Start();
        var waiting = rig.WaitForAsync(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001, 7002);

        var destination = await waiting;

        Assert.Equal(DestinationStatus.Routed, destination.Status);
        Assert.Equal([7001, 7002], XdsClientRig.Ports(destination, "c1"));
        Assert.Null(destination.Reason);
        Assert.Single(rig.Snapshots);
        var ack = await stream.AnsweredAsync("e1");
        Assert.Null(ack.Error);
        Assert.Equal(protocol, rig.Client.State.Protocol);

        // Only the first request carries the node.
        Assert.Equal(1, stream.Seen.Count(request => request.Node is not null));
        Assert.Equal("node-1", stream.Seen.First().Node!.Id);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_OneBadAndOneGoodResource_UsesTheGoodAndNamesTheBad(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        rig.Client.Subscribe(new Authority("bad", 80));
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "bad:80");

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "n1")
            .With(("bad:80", new Mesh.Protocol.Envoy.Listener.Listener { Name = "bad:80" }), ("reviews:9080", Resources.Listener("reviews:9080", "routes"))));

        var nack = await stream.AnsweredAsync("n1");
        Assert.Equal(3, nack.ErrorCode);
        Assert.Contains("bad:80", nack.Error, StringComparison.Ordinal);
        Assert.Contains("api_listener", nack.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("reviews", nack.Error, StringComparison.Ordinal);
        Assert.Equal("", nack.Version);
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        Assert.Equal(DestinationStatus.Failed, (await rig.WaitForAsync(new Authority("bad", 80))).Status);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_BadUpdateOfAKnownResource_KeepsTheOldOneWithAReason(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        var before = await rig.WaitForAsync(XdsClientRig.Reviews);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7002, 7002))));

        var nack = await stream.AnsweredAsync("e2");
        Assert.Contains("twice", nack.Error, StringComparison.Ordinal);
        Assert.Equal(protocol == XdsProtocol.StateOfTheWorld ? "1" : "", nack.Version);
        var after = await rig.ReachesAsync(destination => destination.Reason is not null);
        Assert.Equal([7001], XdsClientRig.Ports(after, "c1"));
        Assert.Same(before.VirtualHost, after.VirtualHost);

        // It heals with the next good one.
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "3", "e3").With(("c1", Resources.Endpoints("c1", 7003))));
        var healed = await rig.ReachesAsync(destination => destination.Reason is null);
        Assert.Equal([7003], XdsClientRig.Ports(healed, "c1"));
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_RouteNamesANewCluster_OldRouteServesUntilItsEndpointsAreThere(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").With(("routes", Resources.Routes("routes", "c2"))));
        var asked = await stream.AskedAsync(XdsTypeUrl.Cluster, "c2");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c1", Resources.Cluster("c1")), ("c2", Resources.Cluster("c2"))));
        await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c2");

        // Meanwhile the old route follows its own endpoints.
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7009))));
        var meanwhile = await rig.ReachesAsync(destination => destination.Clusters.ContainsKey("c1") && XdsClientRig.Ports(destination, "c1") is [7009]);
        Assert.Equal("c1", meanwhile.VirtualHost!.Routes[0].Name);
        Assert.Empty(asked.Dropped);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "3", "e3").With(("c2", Resources.Endpoints("c2", 7002))));
        var after = await rig.ReachesAsync(destination => destination.Clusters.ContainsKey("c2"));
        Assert.Equal("c2", after.VirtualHost!.Routes[0].Name);
        Assert.All(rig.Snapshots, snapshot => Assert.All(snapshot.Destinations.Values, destination => Assert.Single(destination.Clusters)));

        // What nothing needs any more is dropped.
        await stream.NextAsync(request => request.TypeUrl == XdsTypeUrl.Cluster
            && (protocol == XdsProtocol.Delta ? request.Dropped is ["c1"] : request.Names is ["c2"]));
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_ListenerGoes_AuthorityIsUnknown(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "l2") { Identifier = "mesh-control-plane/1" }.Without("reviews:9080"));

        await rig.ReachesAsync(destination => destination.Status == DestinationStatus.Unknown);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_ClusterGoesWhileARouteNamesIt_StaysInForceWithAReason(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRemoved");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").Without("c1"));

        var after = await rig.ReachesAsync(destination => destination.Reason is not null);
        Assert.Equal(DestinationStatus.Routed, after.Status);
        Assert.Equal([7001], XdsClientRig.Ports(after, "c1"));
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Response_MalformedWrongTypedTwiceOrUnrequested_IsRefusedOrIgnoredAndNothingStops(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        var listener = Resources.Listener("reviews:9080", "routes");
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");

        await stream.SendAsync(new AdsResponse("type.googleapis.com/no.such.Type", "1", "unknown"));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "malformed")
            .WithRaw("reviews:9080", new Any { TypeUrl = XdsTypeUrl.Listener, Value = ByteString.CopyFrom(0xff, 0xff, 0xff) }));
        Assert.Contains("cannot be parsed", (await stream.AnsweredAsync("malformed")).Error, StringComparison.Ordinal);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "wrong").With(("reviews:9080", Resources.Cluster("c1"))));
        Assert.Contains(XdsTypeUrl.Cluster, (await stream.AnsweredAsync("wrong")).Error, StringComparison.Ordinal);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "3", "twice").With(("reviews:9080", listener), ("reviews:9080", listener)));
        Assert.Contains("twice", (await stream.AnsweredAsync("twice")).Error, StringComparison.Ordinal);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "4", "unasked").With(("reviews:9080", listener), ("other:80", Resources.Listener("other:80", "x"))));
        Assert.Null((await stream.AnsweredAsync("unasked")).Error);

        Assert.DoesNotContain(stream.Seen, request => request.Nonce == "unknown");
        Assert.DoesNotContain(stream.Seen, request => request.Names.Contains("x"));
    }

    [Fact]
    public async Task Response_WrappedResourceInStateOfTheWorld_IsUnwrapped()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = XdsProtocol.StateOfTheWorld }, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");

        var listener = AdsResponse.Pack(Resources.Listener("reviews:9080", "routes"));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "n1")
            .With(("", new Mesh.Protocol.Envoy.Discovery.Resource { Name = "reviews:9080", Resource_ = listener })));

        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
    }

    [Fact]
    public async Task Response_NothingChanged_MakesNoNewSnapshot()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").With(("routes", Resources.Routes("routes", "c1"))));
        await stream.AnsweredAsync("r2");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "e2").With(("c1", Resources.Endpoints("c1", 7001))));
        await stream.AnsweredAsync("e2");

        Assert.Single(rig.Snapshots);
    }
}
