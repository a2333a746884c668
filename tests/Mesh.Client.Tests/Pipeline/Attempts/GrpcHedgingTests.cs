using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Model;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>Unary gRPC calls may be hedged although their body is readable only once: by the copy that is kept. Streams never are.</summary>
public sealed class GrpcHedgingTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] Message = [0, 0, 0, 0, 2, 8, 1];

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly ConcurrentQueue<string?> _previousAttempts = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _attempts;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_AUnaryCallAtASlowEndpoint_IsSentToAnotherWhole()
    {
        _connected.SetResult();
        var endpoints = new ScriptedEndpoints(FirstIsSlowAsync);
        using var mesh = Mesh(endpoints);
        using var request = Call(new OnceContent(Task.CompletedTask));

        var sent = mesh.Invoker.SendAsync(request, Cancellation);
        await _read.Task.WaitAsync(Cancellation);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);

        using var response = await sent;
        await _cancelled.Task.WaitAsync(Cancellation);
        Assert.Equal(["0"], response.Headers.GetValues("grpc-status"));
        Assert.Equal([Message, Message], _bodies);
        Assert.Equal([null, "1"], _previousAttempts);
        Assert.Equal(2, endpoints.Requests.Count);
        Assert.IsType<OnceContent>(request.Content);
        Assert.False(request.Headers.Contains("grpc-previous-rpc-attempts"));
    }

    [Fact]
    public async Task SendAsync_WhileTheFirstAttemptConnects_WaitsForItsBody()
    {
        var endpoints = new ScriptedEndpoints(FirstIsSlowAsync);
        using var mesh = Mesh(endpoints);

        var sent = mesh.Invoker.SendAsync(Call(new OnceContent(Task.CompletedTask)), Cancellation);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        Assert.Equal(1, _attempts);
        _connected.SetResult();
        await _read.Task.WaitAsync(Cancellation);
        _time.Advance(Delay);

        using var response = await sent;
        Assert.Equal([Message, Message], _bodies);
    }

    [Fact]
    public async Task SendAsync_AStream_IsNeverHedged()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoints = new ScriptedEndpoints(async (request, token) =>
        {
            _attempts++;
            _ = request.Content!.CopyToAsync(Stream.Null, token);
            await answer.Task.WaitAsync(token);
            return Ok(request);
        });
        using var mesh = Mesh(endpoints);

        var sent = mesh.Invoker.SendAsync(Call(new OnceContent(new TaskCompletionSource().Task)), Cancellation);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);
        answer.SetResult();

        using var response = await sent;
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task SendAsync_ABodyAboveTheLimit_IsNeverHedged()
    {
        _connected.SetResult();
        using var caller = new CancellationTokenSource();
        using var mesh = Mesh(new ScriptedEndpoints(FirstIsSlowAsync));

        var sent = mesh.Invoker.SendAsync(Call(new OnceContent(Task.CompletedTask, new byte[100_000])), caller.Token);
        await _read.Task.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Equal(1, _attempts);
    }

    private async Task<HttpResponseMessage> FirstIsSlowAsync(HttpRequestMessage request, CancellationToken token)
    {
        var isFirst = Interlocked.Increment(ref _attempts) == 1;
        _previousAttempts.Enqueue(request.Headers.TryGetValues("grpc-previous-rpc-attempts", out var values) ? values.Single() : null);
        try
        {
            await _connected.Task.WaitAsync(token);
            using var body = new MemoryStream();
            await request.Content!.CopyToAsync(body, token);
            _bodies.Enqueue(body.ToArray());
            if (isFirst)
            {
                _read.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            }
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }

        return Ok(request);
    }

    private static HttpResponseMessage Ok(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent([]) };
        response.Headers.Add("grpc-status", "0");
        return response;
    }

    private static HttpRequestMessage Call(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, "http://reviews/reviews.Reviews/Get") { Content = content };
    }

    private OutboundHarness Mesh(ScriptedEndpoints endpoints) => new OutboundHarness(endpoints, time: _time).Publish(new Destination
    {
        Authority = new Authority("reviews", 80),
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost(
            "reviews",
            ["reviews"],
            [new Route("one", OutboundHarness.Any, new ForwardAction { Clusters = [new("one", 1)], Hedging = new HedgingPolicy(Delay, 2) })]),
        Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", 1, 2) }.ToFrozenDictionary(),
    });

    /// <summary>As a gRPC client writes it: of unknown length, and once.</summary>
    private sealed class OnceContent(Task end, byte[]? bytes = null) : HttpContent
    {
        private bool _isWritten;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Assert.False(_isWritten, "The body was asked for twice.");
            _isWritten = true;
            await stream.WriteAsync(bytes ?? Message, Cancellation);
            await end.WaitAsync(Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
