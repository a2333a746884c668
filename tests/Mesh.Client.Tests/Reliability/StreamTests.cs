using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing.Faulty;

namespace Mesh.Client.Tests.Reliability;

/// <summary>Streams that die, stall or lie (fault matrix A06 to A11, A15, A16, A19, A20; gRFC A57).</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task A06_StreamDiesTwentyTimesWithoutAnswer_PausesGrowToTheirCapAndWhatIsHeldStays()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsDisconnected");
        var stream = await ServeReviewsAsync(server, rig);
        for (var refusal = 0; refusal < 21; refusal++)
        {
            server.RefuseNext(GrpcStatusCode.Unavailable);
        }

        stream.End();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
            var pause = rig.Client.State.NextAttempt!.Value - rig.Time.GetUtcNow();
            var expected = Math.Min(Math.Pow(1.6, attempt), 120);
            Assert.InRange(pause.TotalSeconds, expected * 0.8, expected * 1.2);
            await rig.Time.WaitForTimerAsync(pause, TestContext.Current.CancellationToken);
            var leaves = rig.LeavesAsync(XdsConnectionStatus.BackingOff);
            rig.Time.Advance(pause);
            await leaves;
        }

        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        Assert.Single(rig.Snapshots);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "XdsDisconnected");
    }

    [Theory]
    [InlineData(2_000, 2_000, 2_400)]
    [InlineData(600_000, 120_000, 120_000)]
    public async Task A06_ServerAsksToBeLeftAlone_PauseIsAtLeastThatAndBounded(int pushback, int least, int most)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsDisconnected");
        server.RefuseNext(GrpcStatusCode.Unavailable, TimeSpan.FromMilliseconds(pushback));

        rig.Client.Start();

        await rig.ReachesAsync(XdsConnectionStatus.BackingOff);
        var pause = rig.Client.State.NextAttempt!.Value - rig.Time.GetUtcNow();
        Assert.InRange(pause.TotalMilliseconds, least, most);
    }

    [Fact]
    public async Task A07_StreamDiesAfterAnAnswer_IsOpenedAtOnceAndNothingIsSentTwice()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        var first = await ServeReviewsAsync(server, rig);

        first.Fail(GrpcStatusCode.Unavailable);
        var second = await server.AcceptAsync();

        foreach (var (type, name) in new[] { (XdsTypeUrl.Listener, "reviews:9080"), (XdsTypeUrl.RouteConfiguration, "routes"), (XdsTypeUrl.Cluster, "c1"), (XdsTypeUrl.ClusterLoadAssignment, "c1") })
        {
            var asked = second.Seen.FirstOrDefault(request => request.TypeUrl == type) ?? await second.AskedAsync(type, name);
            Assert.Equal("1", asked.Held[name]);
        }

        Assert.Single(rig.Snapshots);
    }

    [Fact]
    public async Task A08_A09_A10_TwiceUnaskedAndUnknown_AreRefusedOrIgnoredAndEachResponseIsAnsweredOnce()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeReviewsAsync(server, rig);
        var endpoints = Resources.Endpoints("c1", 7002);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "2", "twice").With(("c1", endpoints), ("c1", endpoints)));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "both") { Identifier = "mesh" }.With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))).Without("reviews:9080"));
        await stream.SendAsync(new AdsResponse("type.googleapis.com/no.such.Type", "2", "unknown"));
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "3", "unasked").With(("other", Resources.Endpoints("other", 1))));

        Assert.Contains("twice", (await stream.AnsweredAsync("twice")).Error, StringComparison.Ordinal);
        Assert.Contains("removes", (await stream.AnsweredAsync("both")).Error, StringComparison.Ordinal);
        Assert.Null((await stream.AnsweredAsync("unasked")).Error);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
        Assert.DoesNotContain(stream.Seen, request => request.Nonce == "unknown");
        foreach (var nonce in new[] { "l1", "r1", "c1", "e1", "twice", "both", "unasked" })
        {
            Assert.Single(stream.Seen, request => request.Nonce == nonce && request is { Names.Length: 0, Dropped.Length: 0 });
        }
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task A11_SubscriptionChangesWhileAPushIsOnItsWay_FinalStateIsTheSubscription(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = protocol }, server.Address);
        var stream = await ServeReviewsAsync(server, rig);
        var listener = Resources.Listener("reviews:9080", "routes");

        for (var round = 0; round < 20; round++)
        {
            var other = new Authority($"other-{round}", 80);
            var push = stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, $"p{round}", $"p{round}").With(("reviews:9080", listener)));
            rig.Client.Subscribe(other);
            rig.Client.Unsubscribe(other);
            await push;
            await stream.AnsweredAsync($"p{round}");
        }

        rig.Client.Subscribe(new Authority("last", 80));
        await stream.AskedAsync(XdsTypeUrl.Listener, "last:80");
        var wanted = new HashSet<string>();
        foreach (var request in stream.Seen.Where(request => request.TypeUrl == XdsTypeUrl.Listener))
        {
            if (protocol == XdsProtocol.StateOfTheWorld)
            {
                wanted = [.. request.Names];
            }
            else
            {
                wanted.UnionWith(request.Names);
                wanted.ExceptWith(request.Dropped);
            }
        }

        Assert.Equal(["last:80", "reviews:9080"], wanted.Order());
    }

    [Fact]
    public async Task A15_NestedTenThousandDeep_IsRefusedAndNothingStops()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        var stream = await ServeReviewsAsync(server, rig);
        var deep = new byte[20_000];
        for (var index = 0; index < deep.Length; index += 2)
        {
            // A message inside a message inside a message, each announced longer than what is left.
            (deep[index], deep[index + 1]) = (0x0a, 0x7f);
        }

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "2", "deep").WithRaw("reviews:9080", new Any { TypeUrl = XdsTypeUrl.Listener, Value = ByteString.CopyFrom(deep) }));
        Assert.NotNull((await stream.AnsweredAsync("deep")).Error);
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "2", "r2").WithRaw("routes", Nested(10_000)));
        Assert.NotNull((await stream.AnsweredAsync("r2")).Error);

        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
    }

    [Fact]
    public async Task A16_ServerTakesTheStreamAndSaysNothing_TheNextOneServes()
    {
        await using var silent = await AdsServer.StartAsync();
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), silent.Address, server.Address);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        await (await silent.AcceptAsync()).AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await rig.Time.WaitForTimersOfAsync(2, TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);

        rig.Time.Advance(TimeSpan.FromSeconds(15));
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);

        await rig.ReachesAsync(destination => destination.Status is DestinationStatus.Routed);
        Assert.Equal(server.Address, rig.Client.State.Server!.Address);
    }

    [Fact]
    public async Task A16_NetworkSwallowsEverything_PingsFindItAndTheNextServerServes()
    {
        await using var first = await AdsServer.StartAsync();
        await using var second = await AdsServer.StartAsync();
        await using var proxy = new FaultProxy(first.Address.Port);
        var options = new XdsClientOptions { KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(1) };
        await using var rig = new XdsClientRig(options, proxy.Address, second.Address);
        await ServeReviewsAsync(first, rig);

        proxy.Fault = NetworkFault.Blackhole with { Refuses = true };

        var stream = await second.AcceptAsync();
        var asked = await stream.AskedAsync(XdsTypeUrl.ClusterLoadAssignment, "c1");
        Assert.Equal("1", asked.Held["c1"]);
        Assert.Equal(DestinationStatus.Routed, rig.Destination(XdsClientRig.Reviews)!.Status);
    }

    [Fact]
    public async Task A19_VersionGoesBack_IsAccepted()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions { Protocol = XdsProtocol.StateOfTheWorld }, server.Address);
        var stream = await ServeReviewsAsync(server, rig);

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, "0", "e0").With(("c1", Resources.Endpoints("c1", 7005))));

        Assert.Equal("0", (await stream.AnsweredAsync("e0")).Version);
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [7005]);
    }

    [Fact]
    public async Task A20_FloodOfUpdates_OneIsInWorkAndTheLastWins()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        var stream = await ServeReviewsAsync(server, rig);

        for (var update = 0; update < 500; update++)
        {
            await stream.SendAsync(new AdsResponse(XdsTypeUrl.ClusterLoadAssignment, $"f{update}", $"f{update}").With(("c1", Resources.Endpoints("c1", 8000 + update))));
        }

        await stream.AnsweredAsync("f499");
        await rig.ReachesAsync(destination => XdsClientRig.Ports(destination, "c1") is [8499]);
        var answers = stream.Seen.Select(request => request.Nonce).Where(nonce => nonce.StartsWith('f')).ToImmutableArray();
        Assert.Equal(Enumerable.Range(0, 500).Select(update => $"f{update}"), answers);
    }

    internal static async Task<AdsServerStream> ServeReviewsAsync(AdsServer server, XdsClientRig rig)
    {
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await XdsClientRig.ServeAsync(stream, "c1", "1", 7001);
        await rig.WaitForAsync(XdsClientRig.Reviews);
        await stream.AnsweredAsync("e1");
        return stream;
    }

    /// <summary>Routes with a list in a list in a list in their metadata, written from the inside to the outside: a serializer would need a frame of the stack for each.</summary>
    private static Any Nested(int depth)
    {
        var bytes = new byte[(depth * 10) + 100];
        var start = bytes.Length;
        for (var level = 0; level < depth; level++)
        {
            Enclose(1); // ListValue.values
            Enclose(6); // Value.list_value
        }

        Enclose(2); // the value of Struct.fields
        Enclose(1); // Struct.fields
        Enclose(2); // the value of Metadata.filter_metadata
        Enclose(1); // Metadata.filter_metadata
        Enclose(4); // Route.metadata
        Enclose(3); // VirtualHost.routes
        Enclose(2); // RouteConfiguration.virtual_hosts
        return new Any
        {
            TypeUrl = XdsTypeUrl.RouteConfiguration,
            Value = ByteString.CopyFrom([.. Resources.Routes("routes", "c1").ToByteArray(), .. bytes.AsSpan(start)]),
        };

        void Enclose(int field)
        {
            Span<byte> head = stackalloc byte[10];
            var (length, used) = ((uint)(bytes.Length - start), 0);
            head[used++] = (byte)((field << 3) | 2);
            for (; length >= 0x80; length >>= 7)
            {
                head[used++] = (byte)(length | 0x80);
            }

            head[used++] = (byte)length;
            start -= used;
            head[..used].CopyTo(bytes.AsSpan(start));
        }
    }
}
