using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Guards;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Services that a believed control plane takes away, too many at once (fault matrix A13, B07).</summary>
public sealed class RemovalGuardTests
{
    private static readonly ShrinkRules Rules = new();
    private static readonly string[] Names = ["a:80", "b:80", "c:80", "d:80", "e:80"];

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, false)]
    [InlineData(4, 1, true)]
    [InlineData(10, 5, false)]
    [InlineData(10, 4, true)]
    public void A13_RemovalRules_AllOfSeveralOrMoreThanHalfOfFour_AreImplausible(int before, int left, bool expected) =>
        Assert.Equal(expected, ShrinkRules.IsImplausibleRemoval(before, left));

    [Theory]
    [InlineData(XdsProtocol.Delta, 0)]
    [InlineData(XdsProtocol.StateOfTheWorld, 0)]
    [InlineData(XdsProtocol.Delta, 2)]
    [InlineData(XdsProtocol.StateOfTheWorld, 2)]
    internal async Task A13_MostListenersGoAtOnce_StayForATimeWithAnAlarm(XdsProtocol protocol, int left)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol, Shrink = Rules }, server.Address);
        rig.Logs.Expect("RemovalHeld");
        var stream = await ServeAsync(server, rig);

        await stream.SendAsync(Left("2", left));
        await stream.AnsweredAsync("l2");
        await stream.SendAsync(Left("3", left));
        await stream.AnsweredAsync("l3");
        await rig.SettleAsync();
        Assert.All(Names, name => Assert.Equal(DestinationStatus.Routed, Of(rig, name).Status));
        Assert.Equal(Names.Length - left, rig.Client.HeldListeners);
        Assert.Contains("removed it together", Of(rig, "e:80").Reason, StringComparison.Ordinal);
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RemovalHeld");

        rig.Time.Advance(Rules.HoldTime);
        await rig.SettleAsync();
        Assert.All(Names[..left], name => Assert.Equal(DestinationStatus.Routed, Of(rig, name).Status));
        Assert.All(Names[left..], name => Assert.Equal(DestinationStatus.Unknown, Of(rig, name).Status));
        Assert.Equal(0, rig.Client.HeldListeners);
    }

    [Fact]
    public async Task A13_ListenersComeBackWhileTheyAreHeld_NothingWasLost()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Shrink = Rules }, server.Address);
        rig.Logs.Expect("RemovalHeld");
        var stream = await ServeAsync(server, rig);

        await stream.SendAsync(Left("2", 0));
        await stream.AnsweredAsync("l2");
        await stream.SendAsync(All("3"));
        await stream.AnsweredAsync("l3");
        rig.Time.Advance(Rules.HoldTime);
        await rig.SettleAsync();

        Assert.Equal(0, rig.Client.HeldListeners);
        Assert.All(Names, name => Assert.Equal((DestinationStatus.Routed, null), (Of(rig, name).Status, Of(rig, name).Reason)));
    }

    [Fact]
    public async Task A13_StreamEndsWhileListenersAreHeld_TheyStayUntilAServerSaysItAgain()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Shrink = Rules }, server.Address);
        rig.Logs.Expect("RemovalHeld");
        var stream = await ServeAsync(server, rig);
        await stream.SendAsync(Left("2", 0));
        await stream.AnsweredAsync("l2");

        stream.End();
        var next = await server.AcceptAsync();
        await AskedAsync(next, XdsTypeUrl.Listener, Names);
        rig.Time.Advance(Rules.HoldTime * 2);
        await rig.SettleAsync();

        Assert.All(Names, name => Assert.Equal(DestinationStatus.Routed, Of(rig, name).Status));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a:80", true)]
    [InlineData("", false)]
    public async Task A13_RemovalIsAllowed_ChangeIsFollowedAtOnce(string allowed, bool isGuarded)
    {
        await using var server = await AdsServer.StartAsync();
        var rules = isGuarded ? Rules with { AllowEmpty = new HashSet<string> { allowed } } : Rules with { HoldTime = TimeSpan.Zero };
        await using var rig = new XdsClientRig(new XdsClientOptions { Shrink = rules }, server.Address);
        rig.Logs.Expect("RemovalHeld");
        var stream = await ServeAsync(server, rig);

        await stream.SendAsync(Left("2", 0));
        await stream.AnsweredAsync("l2");
        await rig.SettleAsync();

        Assert.Equal(DestinationStatus.Unknown, Of(rig, "a:80").Status);
        Assert.Equal(isGuarded ? DestinationStatus.Routed : DestinationStatus.Unknown, Of(rig, "b:80").Status);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A13_EveryClusterGoesAtOnce_AllStayWithAnError(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol, Shrink = Rules }, server.Address);
        rig.Logs.Expect("XdsResourceRemoved");
        var stream = await ServeAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "2", "c2") { Identifier = "mesh" }.Without([.. Names.Select(name => "c" + name)]));
        await stream.AnsweredAsync("c2");
        rig.Time.Advance(Rules.HoldTime * 2);
        await rig.SettleAsync();

        Assert.All(Names, name => Assert.Equal(DestinationStatus.Routed, Of(rig, name).Status));
        Assert.Contains("removed it", Of(rig, "a:80").Reason, StringComparison.Ordinal);
    }

    /// <summary>Completes when all names were asked for, in however many requests.</summary>
    private static async Task AskedAsync(AdsServerStream stream, string typeUrl, string[] names)
    {
        var missing = names.ToHashSet();
        while (missing.Count > 0)
        {
            missing.ExceptWith((await stream.NextAsync(request => request.TypeUrl == typeUrl && request.Names.Any(missing.Contains))).Names);
        }
    }

    private static Destination Of(XdsClientRig rig, string name) => rig.Destination(new Authority(name[..1], 80))!;

    private static AdsResponse All(string version) => new AdsResponse(XdsTypeUrl.Listener, version, "l" + version) { Identifier = "mesh" }
        .With([.. Names.Select(name => (name, (Google.Protobuf.IMessage)Resources.Listener(name, "r" + name)))]);

    private static AdsResponse Left(string version, int count) => new AdsResponse(XdsTypeUrl.Listener, version, "l" + version) { Identifier = "mesh" }
        .With([.. Names[..count].Select(name => (name, (Google.Protobuf.IMessage)Resources.Listener(name, "r" + name)))])
        .Without(Names[count..]);

    private static async Task<AdsServerStream> ServeAsync(AdsServer server, XdsClientRig rig)
    {
        rig.Client.Start();
        var waiting = Names.Select(name => rig.WaitForAsync(new Authority(name[..1], 80))).ToArray();
        var stream = await server.AcceptAsync();
        await AskedAsync(stream, XdsTypeUrl.Listener, Names);
        await stream.SendAsync(All("1"));
        string[] routes = [.. Names.Select(name => "r" + name)];
        string[] clusters = [.. Names.Select(name => "c" + name)];
        await AskedAsync(stream, XdsTypeUrl.RouteConfiguration, routes);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1")
            .With([.. Names.Select(name => ("r" + name, (Google.Protobuf.IMessage)Resources.Routes("r" + name, "c" + name)))]));
        await AskedAsync(stream, XdsTypeUrl.Cluster, clusters);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Cluster, "1", "c1").With([.. clusters.Select(name => (name, (Google.Protobuf.IMessage)Resources.Cluster(name)))]));
        await AskedAsync(stream, XdsTypeUrl.ClusterLoadAssignment, clusters);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "1", "e1")
            .With([.. clusters.Select(name => (name, (Google.Protobuf.IMessage)Resources.Endpoints(name, 7001)))]));
        Assert.All(await Task.WhenAll(waiting), destination => Assert.Equal(DestinationStatus.Routed, destination.Status));
        return stream;
    }
}
