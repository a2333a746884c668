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
    public async Task SendAsync_WhenTheFirstAttemptIsSlow_TakesTheAnswerOfTheSecondAndCancelsTheFirst()
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
    public async Task SendAsync_WhenAllAttemptsAreSlow_StopsAtTheMaximum()
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

    private ScriptedEndpoints Slow(int slowAttempts)
    {
        var attempts = 0;
        return new ScriptedEndpoints(async (request, token) =>
        {
            var attempt = Interlocked.Increment(ref attempts);
            if (attempt == 2)
            {
                _second.TrySetResult();
            }

            if (attempt <= slowAttempts)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                catch (OperationCanceledException)
                {
                    _cancelled.TrySetResult();
                    throw;
                }
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
        });
    }
}
