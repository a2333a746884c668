using Mesh.ControlPlane.Serving.Sessions;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

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
