using System.Net;
using Mesh.Client.Model;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>What one request asks of the mesh: by its options, and by Envoy's headers.</summary>
public sealed class CallTermsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_WithATimeoutOption_GoesBeforeTheRoutes()
    {
        var time = new FakeTimeProvider();
        using var mesh = Hanging(time).Retry("reviews", new RetryPolicy(), TimeSpan.FromHours(1), 1);

        var sent = mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(2)));
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(2), Cancellation);
        time.Advance(TimeSpan.FromSeconds(2));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task SendAsync_WithATimeoutThatMakesNoSense_SaysWhatWasExpected(int seconds)
    {
        using var mesh = Failing(out _).Retry("reviews", new RetryPolicy(), null, 1);

        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(seconds))));

        Assert.Contains("expected more than zero", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_WithNoRetry_SendsOnce()
    {
        using var mesh = Failing(out var endpoints).Retry("reviews", RetryLoopTests.Retrying("5xx", 3), null, 1);

        using var response = await mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.NoRetry, true));

        Assert.Equal(1, endpoints.Requests[1]);
    }

    [Fact]
    public async Task SendAsync_WithASubset_GoesThere()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = new OutboundHarness(endpoints).Route(
            "reviews",
            [
                OutboundHarness.To("outbound|80|v2|reviews.default.svc.cluster.local", OutboundHarness.WithHeader("end-user", "jason")),
                OutboundHarness.To("outbound|80|v1|reviews.default.svc.cluster.local"),
            ],
            ("outbound|80|v1|reviews.default.svc.cluster.local", [1]),
            ("outbound|80|v2|reviews.default.svc.cluster.local", [2]));

        using var chosen = await mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Subset, "v2"));

        Assert.Equal("2", await chosen.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task SendAsync_WithASubsetThatNoRouteNames_AsksForItOnceAndGoesThere()
    {
        const string V1 = "outbound|80|v1|reviews.default.svc.cluster.local", V3 = "outbound|80|v3|reviews.default.svc.cluster.local";
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Route("reviews", [OutboundHarness.To(V1)], (V1, [1]));
        var asked = new List<string>();
        mesh.OnSubscribeCluster = (_, cluster) =>
        {
            asked.Add(cluster);
            mesh.Route("reviews", [OutboundHarness.To(V1)], (V1, [1]), (V3, [3]));
        };

        using var first = await mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Subset, "v3"));
        using var second = await mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Subset, "v3"));

        Assert.Equal("3", await first.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("3", await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal([V3], asked);
    }

    [Fact]
    public async Task SendAsync_WithASubsetOfWhichNothingIsHeard_AnswersAfterTheDiscoveryTimeoutAndThenAtOnce()
    {
        var time = new FakeTimeProvider();
        using var mesh = new OutboundHarness(new ScriptedEndpoints(), time: time).Forward("reviews", 1);
        mesh.OnSubscribeCluster = (_, _) => { };

        var waiting = mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Subset, "v9"));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        using var unheard = await waiting;
        using var next = await mesh.GetAsync("http://reviews/", request => request.Options.Set(MeshRequestOptions.Subset, "v9"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unheard.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, next.StatusCode);
        Assert.Contains("v9", await unheard.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-envoy-retry-on", "5xx", null, 2)]
    [InlineData("x-envoy-retry-on", "5xx", "4", 5)]
    [InlineData("X-Envoy-Retry-On", "gateway-error", "0", 1)]
    [InlineData("x-envoy-retry-on", "refused-stream", "4", 1)]
    [InlineData("x-envoy-retry-grpc-on", "unavailable", "4", 1)]
    public async Task SendAsync_WithEnvoysRetryHeaders_ObeysThemAndKeepsThemOffTheWire(string name, string value, string? retries, int attempts)
    {
        var seen = false;
        var endpoints = new ScriptedEndpoints((request, _) =>
        {
            seen |= request.Headers.Contains(name) || request.Headers.Contains("x-envoy-max-retries");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request });
        });
        using var mesh = new OutboundHarness(endpoints).Forward("reviews", 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/");
        request.Headers.Add(name, value);
        if (retries is not null)
        {
            request.Headers.Add("x-envoy-max-retries", retries);
        }

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(attempts, endpoints.Requests[1]);
        Assert.False(seen);
        Assert.Equal([value], request.Headers.GetValues(name));
    }

    [Fact]
    public async Task SendAsync_WithEnvoysStatusCodes_AddsThem()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request })))
            .Retry("reviews", RetryLoopTests.Retrying("retriable-status-codes", 2), null, 1);

        using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.Add("x-envoy-retriable-status-codes", "418, 404"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_WithEnvoysTimeoutHeaders_EndsAttemptsAndCall()
    {
        var time = new FakeTimeProvider();
        using var mesh = Hanging(time).Forward("reviews", 1);

        var sent = mesh.GetAsync("http://reviews/", request => request.Headers.Add("x-envoy-upstream-rq-timeout-ms", "1500"));
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1500), Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(1500));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    private static OutboundHarness Failing(out ScriptedEndpoints endpoints)
    {
        endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request }));
        return new OutboundHarness(endpoints);
    }

    private static OutboundHarness Hanging(TimeProvider time) => new(
        new ScriptedEndpoints(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        }),
        time: time);
}
