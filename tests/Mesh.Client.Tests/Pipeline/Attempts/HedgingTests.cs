using System.Collections.Frozen;
using System.Net;
using Mesh.Client.Model;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Attempts;

public sealed class HedgingTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E07_WhenTheFirstAttemptIsSlow_TakesTheAnswerOfTheSecondAndCancelsTheFirst()
    {
        var endpoints = Slow(slowAttempts: 1);
        using var mesh = Mesh(endpoints);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");

        var sent = mesh.Invoker.SendAsync(request, Cancellation);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Same(request, response.RequestMessage);
        Assert.Equal(2, endpoints.Requests.Count);
        await _cancelled.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task SendAsync_WhenTheFirstAttemptIsFast_SendsNoOther()
    {
        var endpoints = Slow(slowAttempts: 0);
        using var mesh = Mesh(endpoints);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Single(endpoints.Requests);
    }

    [Fact]
    public async Task E07_WhenAllAttemptsAreSlow_StopsAtTheMaximum()
    {
        var endpoints = Slow(slowAttempts: 9);
        using var mesh = Mesh(endpoints);
        using var caller = new CancellationTokenSource();
        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/"), caller.Token);
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);
        await _second.Task.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Equal(2, endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_WhenTheFirstAttemptFails_SendsTheNextAtOnce()
    {
        var attempts = 0;
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage(
            Interlocked.Increment(ref attempts) == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK) { RequestMessage = request }));
        using var mesh = Mesh(endpoints);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_APost_IsNeverHedged()
    {
        var endpoints = Slow(slowAttempts: 1);
        using var mesh = Mesh(endpoints);
        using var caller = new CancellationTokenSource();
        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = new StringContent("order") }, caller.Token);
        _time.Advance(TimeSpan.FromMinutes(1));

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Equal(1, endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_WhenAnAttemptFailsBesideASlowOne_SendsTheNextAtOnce()
    {
        var endpoints = InOrder(null, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        using var mesh = Mesh(endpoints, maxAttempts: 3);

        var sent = mesh.GetAsync("http://reviews/");
        await _time.WaitForTimerAsync(Delay, Cancellation);
        _time.Advance(Delay);

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, endpoints.Requests.Values.Sum());
        await _cancelled.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task E07_WhenNothingWorks_AddsNoMoreThanTheBudget()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request }));
        using var mesh = Mesh(endpoints, maxAttempts: 5);

        for (var call = 0; call < 100; call++)
        {
            using var response = await mesh.GetAsync("http://reviews/");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Assert.Equal(130, endpoints.Requests.Values.Sum());
        Assert.Equal(0, mesh.Directory.State.Clusters.Single().Retries.Concurrent);
    }

    [Theory]
    [InlineData("x-mesh-retries-exhausted", "true")]
    [InlineData("x-envoy-overloaded", "true")]
    [InlineData("grpc-retry-pushback-ms", "-1")]
    [InlineData("grpc-retry-pushback-ms", "1000")]
    public async Task SendAsync_WhenTheAnswerForbidsAnother_SendsNone(string header, string value)
    {
        var endpoints = new ScriptedEndpoints((request, _) =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
            response.Headers.Add(header, value);
            return Task.FromResult(response);
        });
        using var mesh = Mesh(endpoints);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(1, endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_WhenTheTimeOfTheCallIsOver_StartsNoOther()
    {
        var endpoints = Slow(slowAttempts: 9);
        using var mesh = Mesh(endpoints, timeout: Delay / 2);

        var sent = mesh.GetAsync("http://reviews/");
        await _time.WaitForTimerAsync(Delay / 2, Cancellation);
        _time.Advance(Delay / 2);

        using var response = await sent;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(1, endpoints.Requests.Values.Sum());
        Assert.Equal(0, mesh.Directory.State.Clusters.Single().Retries.Concurrent);
    }

    [Fact]
    public async Task SendAsync_WhenTheRequestItselfFails_ThrowsAndSendsNoOther()
    {
        var endpoints = new ScriptedEndpoints((_, _) => Task.FromException<HttpResponseMessage>(new InvalidOperationException("of the application")));
        using var mesh = Mesh(endpoints);

        await Assert.ThrowsAsync<InvalidOperationException>(() => mesh.GetAsync("http://reviews/"));

        Assert.Equal(1, endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_AnUpgrade_IsNeverHedged()
    {
        var endpoints = InOrder(HttpStatusCode.ServiceUnavailable, HttpStatusCode.SwitchingProtocols);
        using var mesh = Mesh(endpoints);

        using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.TryAddWithoutValidation("Upgrade", "websocket"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_AfterAHedgedCall_TheRequestLooksAsBefore()
    {
        using var mesh = Mesh(InOrder(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), timeout: TimeSpan.FromSeconds(3));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://reviews/") { Content = new StringContent("order") };
        var content = request.Content;

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(request.Headers);
        Assert.Same(content, request.Content);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_WithASession_GoesToItsEndpointFirst(bool isStrict)
    {
        var endpoints = Slow(slowAttempts: 0);
        using var mesh = Mesh(endpoints, session: new SessionPolicy(new CookieTemplate("s", "", TimeSpan.Zero, []), isStrict));
        var cookie = "s=" + Convert.ToBase64String("127.0.0.1:2"u8);

        for (var call = 0; call < 5; call++)
        {
            using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.Add("Cookie", cookie));
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal(5, endpoints.Requests[2]);
    }

    private OutboundHarness Mesh(ScriptedEndpoints endpoints, int maxAttempts = 2, TimeSpan? timeout = null, SessionPolicy? session = null) => new OutboundHarness(endpoints, time: _time).Publish(new Destination
    {
        Authority = new Authority("reviews", 80),
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost(
            "reviews",
            ["reviews"],
            [new Route("one", OutboundHarness.Any, new ForwardAction { Clusters = [new("one", 1)], Hedging = new HedgingPolicy(Delay, maxAttempts), Timeout = timeout, Session = session })])
        {
            CountsAttempts = true,
        },
        Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", 1, 2, 3) }.ToFrozenDictionary(),
    });

    private ScriptedEndpoints Slow(int slowAttempts) => InOrder([.. Enumerable.Repeat<HttpStatusCode?>(null, slowAttempts), HttpStatusCode.OK]);

    /// <summary>Answers attempt by attempt, the last one for good; null never answers.</summary>
    private ScriptedEndpoints InOrder(params HttpStatusCode?[] answers)
    {
        var attempts = 0;
        return new ScriptedEndpoints(async (request, token) =>
        {
            var attempt = Interlocked.Increment(ref attempts);
            if (attempt == 2)
            {
                _second.TrySetResult();
            }

            if (answers[Math.Min(attempt, answers.Length) - 1] is { } status)
            {
                return new HttpResponseMessage(status) { RequestMessage = request };
            }

            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }

            throw new InvalidOperationException("An endless wait has ended.");
        });
    }
}
