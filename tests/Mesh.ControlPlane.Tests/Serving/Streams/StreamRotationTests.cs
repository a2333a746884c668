using System.Net.Sockets;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Serving.Streams;

/// <summary>Streams that end so that clients move on: by age, and when the server is to go.</summary>
public sealed class StreamRotationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Enter_ManyAtOnce_EndsThemOverATenthAroundTheAge()
    {
        var time = new FakeTimeProvider();
        var rotation = new StreamRotation(TimeSpan.FromMinutes(100), time, new Random(7));
        var leases = Enumerable.Range(0, 200).Select(_ => rotation.Enter()).ToArray();

        time.Advance(TimeSpan.FromMinutes(90) - TimeSpan.FromSeconds(1));
        var early = leases.Count(lease => lease.Ended.IsCancellationRequested);
        time.Advance(TimeSpan.FromMinutes(10));
        var half = leases.Count(lease => lease.Ended.IsCancellationRequested);
        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(2));

        Assert.Equal(0, early);
        Assert.InRange(half, 70, 130);
        Assert.All(leases, lease => Assert.True(lease.Ended.IsCancellationRequested));
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public async Task H06_DrainWithOpenStreams_EndsThemInTurnAndTakesNoMore()
    {
        var time = new FakeTimeProvider();
        var rotation = new StreamRotation(Timeout.InfiniteTimeSpan, time, new Random(7));
        var leases = Enumerable.Range(0, 10).Select(_ => rotation.Enter()).ToArray();

        var drained = rotation.DrainAsync(TimeSpan.FromSeconds(10), Cancellation);
        var counts = new List<int>();
        for (var second = 0; second < 10; second++)
        {
            time.Advance(second == 0 ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromSeconds(1));
            counts.Add(leases.Count(lease => lease.Ended.IsCancellationRequested));
        }

        Assert.Equal(Enumerable.Range(1, 10), counts);
        Assert.Equal(GrpcStatusCode.Unavailable, Assert.Throws<GrpcException>(rotation.Enter).Code);
        Assert.False(drained.IsCompleted);
        Array.ForEach(leases, lease => lease.Dispose());
        await drained;
    }

    [Fact]
    public async Task H06_StreamAtItsAge_EndsAndTheNextOneIsOnAnotherConnection()
    {
        var time = new FakeTimeProvider();
        await using var controlPlane = await RunningControlPlane.StartAsync(time: time, configure: options => options.MaxStreamAge = TimeSpan.FromMinutes(30));
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var channel = new GrpcChannel(controlPlane.XdsAddress, new HttpMessageInvoker(handler));
        await using var stream = await SubscribeAsync(channel, "a");
        Assert.Equal(1, connections);

        time.Advance(TimeSpan.FromMinutes(34));

        Assert.True(await EndsAsync(stream));
        await using var next = await SubscribeAgainAsync(channel, "a");
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task H06_StopWithADrainTime_IsUnreadyAndHandsItsClientsOver()
    {
        var time = new FakeTimeProvider();
        await using var controlPlane = await RunningControlPlane.StartAsync(time: time, configure: options => options.DrainTime = TimeSpan.FromSeconds(4));
        controlPlane.Logs.Expect("XdsRefused");
        await using var first = await SubscribeAsync(controlPlane.Channel, "a");
        await using var second = await SubscribeAsync(controlPlane.Channel, "b");

        var stopping = controlPlane.StopAsync();
        await Eventually.ReachesAsync("it is not ready", async () => await StatusAsync(controlPlane, "/readyz") == 503, cancellationToken: Cancellation);
        Assert.Equal(200, await StatusAsync(controlPlane, "/healthz"));
        time.Advance(TimeSpan.FromMilliseconds(10));
        await Eventually.ReachesAsync("one has gone", () => controlPlane.State.Clients.Count == 1, cancellationToken: Cancellation);
        var ended = await Task.WhenAny(first.ReadAsync(Cancellation).AsTask(), second.ReadAsync(Cancellation).AsTask());
        Assert.Null(await ended.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.False(stopping.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(4));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal(0, controlPlane.State.Clients.Count);
    }

    private static async Task<GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> SubscribeAsync(GrpcChannel channel, string node)
    {
        var stream = RawStream.Delta(channel);
        await stream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, Node = RawStream.Node(node), ResourceNamesSubscribe = { "outbound|80||nothing.default.svc.cluster.local" } }, Cancellation);
        await RawStream.NextAsync(stream);
        return stream;
    }

    // Kestrel closes a connection that is handed over as soon as its last stream ends: the client may see the one or the other first, and comes back after both.
    private static async Task<bool> EndsAsync(GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream)
    {
        try
        {
            return await stream.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation) is null;
        }
        catch (GrpcException exception)
        {
            return exception.Code == GrpcStatusCode.Unavailable;
        }
    }

    // The end of a stream may reach a client before the GOAWAY does: what it then begins on the old connection is refused, and it connects again.
    private static async Task<GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> SubscribeAgainAsync(GrpcChannel channel, string node)
    {
        try
        {
            return await SubscribeAsync(channel, node);
        }
        catch (GrpcException exception) when (exception.Code == GrpcStatusCode.Unavailable)
        {
            return await SubscribeAsync(channel, node);
        }
    }

    private static async Task<int> StatusAsync(RunningControlPlane controlPlane, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.GetAsync(new Uri(controlPlane.HttpAddress, path), Cancellation);
        return (int)response.StatusCode;
    }
}
