using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline;

public sealed class CallDeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(500, null, "500")]
    [InlineData(null, 300, "300")]
    [InlineData(500, 300, "300")]
    [InlineData(200, 300, "200")]
    public async Task SendAsync_LimitOfTheRouteAndTimeOfTheCaller_TellsTheShorterOne(int? route, int? caller, string? told)
    {
        string? seen = null;
        using var mesh = Mesh(route, (request, _) =>
        {
            seen = Header(request, DeadlineHeaders.ExpectedTimeout);
            return Ok(request);
        });
        Serve(caller);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(told, seen);
        Assert.False(response.RequestMessage!.Headers.Contains(DeadlineHeaders.ExpectedTimeout));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_TimeHasRunSinceTheRequestCame_TellsWhatIsLeft()
    {
        var seen = new List<string?>();
        using var mesh = Mesh(null, (request, _) =>
        {
            seen.Add(Header(request, DeadlineHeaders.ExpectedTimeout));
            return Ok(request);
        });
        Serve(300);

        (await mesh.GetAsync("http://reviews/")).Dispose();
        _time.Advance(TimeSpan.FromMilliseconds(100.5));
        (await mesh.GetAsync("http://reviews/")).Dispose();
        _time.Advance(TimeSpan.FromMilliseconds(199));
        (await mesh.GetAsync("http://reviews/")).Dispose();

        // Never zero: that would mean no limit.
        Assert.Equal(["300", "200", "1"], seen);
    }

    [Theory]
    [InlineData(null, "300000u", null)]
    [InlineData("200m", "200m", "200m")]
    [InlineData("1S", "300000u", "1S")]
    [InlineData("nonsense", "300000u", "nonsense")]
    public async Task SendAsync_OfAGrpcCall_OnlyEverLowersItsTimeout(string? own, string told, string? after)
    {
        string? seen = null, expected = null;
        using var mesh = Mesh(null, (message, _) =>
        {
            seen = Header(message, DeadlineHeaders.GrpcTimeout);
            expected = Header(message, DeadlineHeaders.ExpectedTimeout);
            return Ok(message);
        });
        Serve(300);
        using var request = Grpc(own);

        (await mesh.Invoker.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();

        Assert.Equal(told, seen);
        Assert.Null(expected);
        Assert.Equal(after, Header(request, DeadlineHeaders.GrpcTimeout));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_TimeOfTheCallerIsOver_Is504WithoutTouchingTheNetwork()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = Mesh(null, endpoints);
        Serve(300);
        _time.Advance(TimeSpan.FromMilliseconds(300));

        using var response = await mesh.GetAsync("http://reviews/");
        using var grpc = await mesh.Invoker.SendAsync(Grpc("1S"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("UT", response.Headers.GetValues("x-mesh-response-flags").Single());
        Assert.Equal("4", grpc.Headers.GetValues("grpc-status").Single());
        Assert.Empty(endpoints.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_TimeOfTheCallerEndsDuringTheCall_Is504AndCancelsIt()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mesh = Mesh(null, async (_, token) =>
        {
            await using var registration = token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("not reached");
        });
        Serve(300);
        var call = mesh.GetAsync("http://reviews/");

        _time.Advance(TimeSpan.FromMilliseconds(300));
        using var response = await call;

        await cancelled.Task;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_CallerGoesAway_CancelsTheCall()
    {
        using var gone = new CancellationTokenSource();
        using var mesh = Mesh(null, async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("not reached");
        });
        CallContext.Current = new CallContext { CallerToken = gone.Token };
        var call = mesh.GetAsync("http://reviews/");

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_CallerHasGone_SendsNothing()
    {
        using var gone = new CancellationTokenSource();
        var endpoints = new ScriptedEndpoints();
        using var mesh = Mesh(null, endpoints);
        CallContext.Current = new CallContext { CallerToken = gone.Token };
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mesh.GetAsync("http://reviews/"));

        Assert.Empty(endpoints.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_CallerGoesAwayWhileTheBodyComes_CutsIt()
    {
        using var gone = new CancellationTokenSource();
        using var body = new EndlessStream();
        using var mesh = Mesh(null, (request, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(body) }));
        CallContext.Current = new CallContext { CallerToken = gone.Token };
        using var response = await mesh.GetAsync("http://reviews/");
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var read = stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_Detached_GoesOnWithoutTheCaller()
    {
        using var gone = new CancellationTokenSource();
        string? told = "";
        using var mesh = Mesh(null, (request, _) =>
        {
            told = Header(request, DeadlineHeaders.ExpectedTimeout);
            return Ok(request);
        });
        CallContext.Current = new CallContext(TimeSpan.FromSeconds(1), _time) { CallerToken = gone.Token };
        await gone.CancelAsync();

        using (MeshContext.Detach())
        {
            using var response = await mesh.GetAsync("http://reviews/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Null(told);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfAnUpgrade_TellsNoTime()
    {
        string? told = null;
        using var mesh = Mesh(500, (request, _) =>
        {
            told = Header(request, DeadlineHeaders.ExpectedTimeout);
            return Ok(request);
        });

        using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.Upgrade.Add(new ProductHeaderValue("websocket")));

        Assert.Null(told);
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static Task<HttpResponseMessage> Ok(HttpRequestMessage request) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent("ok") });

    private static HttpRequestMessage Grpc(string? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/hello.Greeter/SayHello") { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation(DeadlineHeaders.GrpcTimeout, timeout);
        }

        return request;
    }

    private void Serve(int? milliseconds) =>
        CallContext.Current = milliseconds is { } time ? new CallContext(TimeSpan.FromMilliseconds(time), _time) : null;

    private OutboundHarness Mesh(int? route, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) =>
        Mesh(route, new ScriptedEndpoints(answer));

    private OutboundHarness Mesh(int? route, ScriptedEndpoints endpoints) =>
        new OutboundHarness(endpoints, time: _time).Route(
            "reviews",
            [OutboundHarness.To("v1", timeout: route is { } limit ? TimeSpan.FromMilliseconds(limit) : null)],
            ("v1", [1]));

    /// <summary>A body that never comes, until it is disposed.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Of unknown length: else it would count as empty.
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_disposed.Task);

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetException(new IOException("disposed"));
            base.Dispose(disposing);
        }
    }
}
