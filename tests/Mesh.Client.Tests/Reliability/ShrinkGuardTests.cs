using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Guards;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Endpoints that go too many at once (fault matrix A13, B07).</summary>
public sealed class ShrinkGuardTests
{
    private static readonly ShrinkRules Rules = new();

    private readonly ConcurrentDictionary<int, bool> _gone = new();

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(1, 0, true)]
    [InlineData(10, 4, true)]
    [InlineData(10, 5, false)]
    [InlineData(4, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(0, 0, false)]
    public void A13_Rules_AllOrMoreThanHalfOfFourAndMore_AreImplausible(int before, int left, bool expected) =>
        Assert.Equal(expected, ShrinkRules.IsImplausible(before, left));

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A13_AllEndpointsGoAtOnceAndStillAnswer_AreHeldForATimeWithAnAlarm(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules, protocol);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001, 7002);

        await SendAsync(stream, "2", Array.Empty<int>());
        await rig.SettleAsync();
        Assert.Equal([7001, 7002], Ports(rig));
        Assert.Equal(1, rig.Client.HeldClusters);

        rig.Time.Advance(Rules.HoldTime - TimeSpan.FromSeconds(1));
        await rig.SettleAsync();
        Assert.Equal([7001, 7002], Ports(rig));
        await rig.Time.WaitForTimerOfAsync(Rules.ProbeInterval, TestContext.Current.CancellationToken);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
        Assert.Equal(0, rig.Client.HeldClusters);
    }

    [Fact]
    public async Task A13_ServerTakesAllEndpointsAwayAndIsGone_TheyStayUntilOneIsThereForTheWholeTime()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001, 7002);
        await SendAsync(stream, "2", Array.Empty<int>());
        await rig.SettleAsync();

        stream.End();
        var next = await server.AcceptAsync();
        await next.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        rig.Time.Advance(Rules.HoldTime * 2);
        await rig.SettleAsync();
        Assert.Equal([7001, 7002], Ports(rig));

        await next.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "again").With(("c1", Resources.Cluster("c1"))));
        await next.AnsweredAsync("again");
        await rig.Time.WaitForTimerOfAsync(Rules.ProbeInterval, TestContext.Current.CancellationToken);
        rig.Time.Advance(Rules.HoldTime);
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
    }

    [Fact]
    public async Task A13_EndpointsTakeNoConnectionsAnyMore_ChangeIsFollowedAtOnce()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001, 7002, 7003, 7004);
        foreach (var port in new[] { 7002, 7003, 7004 })
        {
            _gone[port] = true;
        }

        await SendAsync(stream, "2", 7001);

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7001]);
    }

    [Fact]
    public async Task A13_EndpointsStopWhileTheyAreHeld_ChangeIsFollowedWithinASecond()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001);
        await SendAsync(stream, "2", Array.Empty<int>());
        await rig.SettleAsync();
        Assert.Equal([7001], Ports(rig));

        _gone[7001] = true;
        await rig.Time.WaitForTimerOfAsync(Rules.ProbeInterval, TestContext.Current.CancellationToken);
        rig.Time.Advance(Rules.ProbeInterval);

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
    }

    [Fact]
    public async Task A13_TheyComeBackWhileTheyAreHeld_NothingWasLost()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001, 7002);

        await SendAsync(stream, "2", Array.Empty<int>());
        await SendAsync(stream, "3", 7001, 7002);
        await rig.SettleAsync();

        Assert.Equal(0, rig.Client.HeldClusters);
        Assert.All(rig.Snapshots, snapshot => Assert.Equal([7001, 7002], XdsClientRig.Ports(snapshot.Destinations[XdsClientRig.Reviews], "c1")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A13_ItIsAllowed_ChangeIsFollowedAtOnce(bool byOption)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, byOption ? Rules with { AllowEmpty = new HashSet<string> { "c1" } } : Rules with { HoldTime = TimeSpan.Zero });
        var stream = await ServeAsync(server, rig, 7001, 7002);

        await SendAsync(stream, "2", Array.Empty<int>());

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
    }

    [Fact]
    public async Task A13_ControlPlaneStandsForIt_ChangeIsFollowedAtOnce()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        var stream = await ServeAsync(server, rig, 7001, 7002);
        var cluster = Resources.Cluster("c1");
        cluster.Metadata = new Mesh.Protocol.Envoy.Core.Metadata { FilterMetadata = { ["mesh"] = new() { Fields = { ["allow_empty"] = Google.Protobuf.WellKnownTypes.Value.ForBool(true) } } } };

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2").With(("c1", cluster)));
        await SendAsync(stream, "2", Array.Empty<int>());

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
    }

    [Fact]
    public async Task D12_EndpointsAreJoinedToFewerWithSeveralAddresses_NoneIsMissing()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        var stream = await ServeAsync(server, rig, 7001, 7002, 7003, 7004, 7005);

        await SendAsync(stream, "2", Joined(7005, [7004, 7003]), Joined(7002, [7001]));

        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7005, 7002]);
        Assert.Equal(0, rig.Client.HeldClusters);
    }

    [Fact]
    public async Task D12_EndpointsThatGoAnswerAtOneOfTheirAddresses_AreHeld()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = Rig(server, Rules);
        rig.Logs.Expect("ShrinkHeld");
        var stream = await ServeAsync(server, rig, 7001);
        await SendAsync(stream, "2", Joined(7001, [7002]));
        await rig.ReachesAsync(destination => destination.Clusters["c1"].Endpoints.Localities[0].Endpoints is [{ AdditionalAddresses.Count: 1 }]);
        _gone[7001] = true;

        await SendAsync(stream, "3", Array.Empty<int>());
        await rig.SettleAsync();
        Assert.Equal([7001], Ports(rig));

        _gone[7002] = true;
        await rig.Time.WaitForTimerOfAsync(Rules.ProbeInterval, TestContext.Current.CancellationToken);
        rig.Time.Advance(Rules.ProbeInterval);
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is []);
    }

    private static LbEndpoint Joined(int port, int[] others)
    {
        var endpoint = Resources.Endpoints("c1", port).Endpoints[0].LbEndpoints[0];
        endpoint.Endpoint.AdditionalAddresses.AddRange(others.Select(other => new Endpoint.Types.AdditionalAddress
        {
            Address = Resources.Endpoints("c1", other).Endpoints[0].LbEndpoints[0].Endpoint.Address,
        }));
        return endpoint;
    }

    private XdsClientRig Rig(AdsServer server, ShrinkRules rules, XdsProtocol protocol = XdsProtocol.Delta) => new(
        new XdsClientOptions { Protocol = protocol, Shrink = rules, AnswersAt = (address, _) => Task.FromResult(!_gone.ContainsKey(address.Port)) }, server.Address);

    private static async Task<AdsServerStream> ServeAsync(AdsServer server, XdsClientRig rig, params int[] ports)
    {
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", ports);
        await rig.WaitForAsync(XdsClientRig.Reviews);
        await stream.AnsweredAsync("e1");
        return stream;
    }

    private static Task SendAsync(AdsServerStream stream, string version, params int[] ports) => SendAsync(stream, version, Resources.Endpoints("c1", ports));

    private static Task SendAsync(AdsServerStream stream, string version, params LbEndpoint[] endpoints)
    {
        var message = Resources.Endpoints("c1");
        message.Endpoints[0].LbEndpoints.AddRange(endpoints);
        return SendAsync(stream, version, message);
    }

    private static async Task SendAsync(AdsServerStream stream, string version, ClusterLoadAssignment message)
    {
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, version, "e" + version).With(("c1", message)));
        await stream.AnsweredAsync("e" + version);
    }

    private static ImmutableArray<int> Ports(XdsClientRig rig) => [.. XdsClientRig.Ports(rig.Destination(XdsClientRig.Reviews)!, "c1")];
}
