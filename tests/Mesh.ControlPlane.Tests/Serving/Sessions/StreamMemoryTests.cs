using System.Diagnostics.Metrics;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Extensions.Mode;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Serving.Sessions;

/// <summary>Many clients at their own limits must not take more memory together than there is (fault matrix F07).</summary>
public sealed class StreamMemoryTests
{
    private readonly FakeResourceGenerator _resources = new();
    private readonly StreamMemory _memory = new(1024 * 1024);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void F07_NamesOfManyStreams_AreRefusedWhenTheyAreTooManyTogether(bool delta)
    {
        using var first = new StreamShare(_memory);
        using var second = new StreamShare(_memory);
        var ask = Session(delta, first);
        ask(2_000);

        var refused = Assert.Throws<GrpcException>(() => Session(delta, second)(2_000));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("1048576 bytes", refused.Detail, StringComparison.Ordinal);

        // What the first one holds it may ask for again, and what it leaves is there for others.
        ask(2_000);
        first.Dispose();
        Session(delta, second)(2_000);
        second.Dispose();
        Assert.Equal(0, _memory.Held);
    }

    [Fact]
    public void F07_StaleRequest_DoesNotGiveBackWhatIsStillHeld()
    {
        using var share = new StreamShare(_memory);
        var session = new SotwSession(_resources, new SessionLimits()) { Share = share };
        session.Accept(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNames = { Names(2_000) } });
        var held = _memory.Held;

        Assert.Equal(RequestOutcome.Stale, session.Accept(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResponseNonce = "overtaken" }));

        Assert.Equal(2_000, session.Find(XdsTypeUrl.Cluster)!.Names.Count);
        Assert.Equal(held, _memory.Held);
    }

    [Theory]
    [InlineData(XdsTypeUrl.Cluster)]
    [InlineData("type.googleapis.com/of.Another")]
    public void F07_VersionsOfAnEarlierStream_AreCountedForAsLongAsTheyAreHeld(string type)
    {
        using var share = new StreamShare(_memory);
        var session = new DeltaSession(_resources, new SessionLimits()) { Share = share };
        session.Accept(Bringing(type, 1_000));
        session.Accept(new DeltaDiscoveryRequest { TypeUrl = type, ResourceNamesSubscribe = { "one" } });
        Assert.True(_memory.Held > 1_000 * 256, $"{_memory.Held}");

        using var other = new StreamShare(_memory);
        var refused = Assert.Throws<GrpcException>(() => new DeltaSession(_resources, new SessionLimits()) { Share = other }.Accept(Bringing(type, 4_000)));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, refused.Code);

        share.Dispose();
        other.Dispose();
        Assert.Equal(0, _memory.Held);

        static DeltaDiscoveryRequest Bringing(string type, int count)
        {
            var request = new DeltaDiscoveryRequest { TypeUrl = type, ResourceNamesSubscribe = { "*" } };
            request.InitialResourceVersions.Add(Names(count).ToDictionary(name => name, _ => "1"));
            return request;
        }
    }

    [Fact]
    public void F07_NamesThatAreTooLong_AreRefusedWhereverTheyStand()
    {
        var text = new string('a', 513);
        DeltaDiscoveryRequest[] requests =
        [
            new() { TypeUrl = text },
            new() { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { text } },
            new() { TypeUrl = XdsTypeUrl.Cluster, InitialResourceVersions = { [text] = "1" } },
        ];

        foreach (var request in requests)
        {
            var refused = Assert.Throws<GrpcException>(() => new DeltaSession(_resources, new SessionLimits()).Accept(request));
            Assert.Equal(GrpcStatusCode.InvalidArgument, refused.Code);
            Assert.Contains("512 characters", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void F07_TypesThatAreNotServed_MakeNoSeriesOfTheirOwn()
    {
        using var meter = new Meter("of this test");
        var metrics = new ServingMetrics(meter);
        var types = new HashSet<string>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => types.Add((string)tags[0].Value!));
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();

        foreach (var type in new[] { XdsTypeUrl.Cluster, "type.googleapis.com/of.Another", "type.googleapis.com/of.AThird" })
        {
            metrics.Sent(type, TimeSpan.Zero);
            metrics.Stale(type);
        }

        Assert.Equal(["cds", "unknown"], types.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task F07_LargeRequestsThatNobodyTakes_AreReadNoFurther()
    {
        using var share = new StreamShare(_memory);
        var queue = new RequestQueue<DiscoveryRequest>(new ServingLimits { PendingSize = 100_000 }, share);
        var request = new DiscoveryRequest { ResponseNonce = new string('a', 20_000) };
        await queue.AddAsync(request, Cancellation);

        var second = queue.AddAsync(request, Cancellation).AsTask();
        Assert.False(second.IsCompleted);

        Assert.True(queue.TryTake(out _));
        await second;
        Assert.True(queue.TryTake(out _));
        Assert.False(queue.TryTake(out _));
        Assert.Equal(0, _memory.Held);
    }

    [Fact]
    public async Task F07_WhatClientsTellOfTheirMode_CountsUntilTheStreamEnds()
    {
        await using var controlPlane = await RunningControlPlane.StartAsync();
        var memory = controlPlane.State.Serving.Memory;
        await using (var call = controlPlane.Channel.Start(ModeMethods.Follow, cancellationToken: Cancellation))
        {
            await call.WriteAsync(new ModeReport { Node = RawStream.Node("a"), Reason = new string('r', 10_000) }, Cancellation);
            await RawStream.NextAsync(call);
            Assert.True(memory.Held > 10_000, $"{memory.Held}");

            await call.WriteAsync(new ModeReport { Reason = new string('r', 20_000) }, Cancellation);
            await Eventually.ReachesAsync("the longer report counts", () => memory.Held > 60_000, () => $"{memory.Held}", cancellationToken: Cancellation);
        }

        await Eventually.ReachesAsync("all is given back", () => memory.Held == 0, () => $"{memory.Held}", cancellationToken: Cancellation);
    }

    private Action<int> Session(bool delta, StreamShare share)
    {
        if (delta)
        {
            var session = new DeltaSession(_resources, new SessionLimits()) { Share = share };
            return count => session.Accept(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNamesSubscribe = { Names(count) } });
        }

        var sotw = new SotwSession(_resources, new SessionLimits()) { Share = share };
        return count => sotw.Accept(new DiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResourceNames = { Names(count) } });
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(number => $"outbound|{number}||reviews.default.svc.cluster.local");
}
