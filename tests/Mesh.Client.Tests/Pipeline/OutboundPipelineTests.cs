using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Propagation;

namespace Mesh.Client.Tests.Pipeline;

public sealed class OutboundPipelineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_WithASplit_GivesEachClusterItsShareWithinThreeSigma()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = new OutboundHarness(endpoints).Route(
            "reviews",
            [new Route("split", OutboundHarness.Any, new ForwardAction { Clusters = [new WeightedCluster("v1", 90), new WeightedCluster("v2", 10)] })],
            ("v1", [1]),
            ("v2", [2]));

        for (var i = 0; i < 10_000; i++)
        {
            using var response = await mesh.GetAsync("http://reviews/");
        }

        // Sigma of a binomial: sqrt(10,000 * 0.9 * 0.1) = 30.
        Assert.InRange(endpoints.Requests[2], 910, 1090);
    }

    [Fact]
    public async Task SendAsync_WithAHeaderMatch_NeverLeaks()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = new OutboundHarness(endpoints).Route(
            "reviews",
            [OutboundHarness.To("v2", OutboundHarness.WithHeader("end-user", "jason")), OutboundHarness.To("v1")],
            ("v1", [1]),
            ("v2", [2]));

        await Parallel.ForAsync(0, 2000, Cancellation, async (i, _) =>
        {
            var jason = i % 2 == 0;
            using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.Add("end-user", jason ? "jason" : "jason2"));
            Assert.Equal(jason ? "2" : "1", await response.Content.ReadAsStringAsync(Cancellation));
        });
    }

    [Fact]
    public async Task SendAsync_ByHostHeader_GoesToItsDestination()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Forward("reviews", 7);

        using var response = await mesh.GetAsync("http://127.0.0.1:1/", request => request.Headers.Host = "reviews");

        Assert.Equal("7", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task SendAsync_ToAMeshDestination_LeavesTheUriLogical()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Forward("reviews", 7);

        using var response = await mesh.GetAsync("http://REVIEWS/a?b=c");

        Assert.Equal("http://reviews/a?b=c", response.RequestMessage!.RequestUri!.ToString());
    }

    [Fact]
    public async Task SendAsync_WithPropagatedHeaders_AddsThemBeforeRoutingAndKeepsTheApplications()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Route(
            "ratings",
            [OutboundHarness.To("v2", OutboundHarness.WithHeader("end-user", "jason")), OutboundHarness.To("v1")],
            ("v1", [1]),
            ("v2", [2]));
        CallContext.Current = new CallContext { Headers = [new("end-user", "jason"), new("x-request-id", "from-caller")] };

        using var response = await mesh.GetAsync("http://ratings/", request => request.Headers.Add("x-request-id", "own"));

        Assert.Equal("2", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(["own"], response.RequestMessage!.Headers.GetValues("x-request-id"));
    }

    [Fact]
    public async Task SendAsync_WithACurrentActivity_LeavesItsHeadersToHttpClient()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Forward("ratings", 1);
        using var source = new System.Diagnostics.ActivitySource("test.pipeline");
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = other => other == source,
            Sample = (ref _) => System.Diagnostics.ActivitySamplingResult.AllData,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("test");
        CallContext.Current = new CallContext { Headers = [new("traceparent", "00-1"), new("b3", "0")] };

        using var response = await mesh.GetAsync("http://ratings/");

        Assert.False(response.RequestMessage!.Headers.Contains("traceparent"));
        Assert.True(response.RequestMessage.Headers.Contains("b3"));
    }

    [Fact]
    public async Task SendAsync_ToAnUnknownAuthority_AsksOnceAndPassesItThrough()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, context.Request.Host.Value!));
        using var mesh = new OutboundHarness();
        mesh.OnSubscribe = authority => mesh.Answer(authority.Host, DestinationStatus.Unknown, port: authority.Port);
        CallContext.Current = new CallContext { Headers = [new("x-request-id", "secret")] };

        using var first = await mesh.GetAsync($"http://127.0.0.1:{server.Http1}/");
        using var second = await mesh.GetAsync($"http://127.0.0.1:{server.Http1}/");

        Assert.Equal($"127.0.0.1:{server.Http1}", await second.Content.ReadAsStringAsync(Cancellation));
        Assert.False(second.RequestMessage!.Headers.Contains("x-request-id"));
        Assert.Single(mesh.Subscribed);
    }

    [Fact]
    public async Task SendAsync_ToANewAuthority_WaitsForTheAnswer()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints());
        var sent = mesh.GetAsync("http://reviews/");
        Assert.False(sent.IsCompleted);
        Assert.Equal([new Authority("reviews", 80)], mesh.Subscribed);

        mesh.Forward("reviews", 7);

        using var response = await sent;
        Assert.Equal("7", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task SendAsync_WhenTheControlPlaneIsSilent_WaitsOnceThenPassesThrough()
    {
        var time = new Testing.Time.FakeTimeProvider();
        using var mesh = new OutboundHarness(time: time);
        var first = mesh.GetAsync("http://reviews.invalid/");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(2), Cancellation);

        time.Advance(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => first);
        Assert.Equal(HttpRequestError.NameResolutionError, failure.HttpRequestError);
        Assert.Contains("The mesh does not know reviews.invalid:80 either: the control plane did not answer within 2 s", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => mesh.GetAsync("http://reviews.invalid/"));
        Assert.Single(mesh.Subscribed);
    }

    [Fact]
    public async Task SendAsync_WhileWaitingForAnAnswer_CanBeCancelled()
    {
        using var mesh = new OutboundHarness();
        using var caller = new CancellationTokenSource();
        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/"), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Fact]
    public async Task SendAsync_WithARelativeUri_SaysWhatItNeeds()
    {
        using var mesh = new OutboundHarness();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri("/x", UriKind.Relative)), Cancellation));

        Assert.Contains("absolute URI", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_WithOtherRoutes_KeepsTheLoadOfEndpointsThatStay()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        using var mesh = new OutboundHarness(new ScriptedEndpoints((_, _) => answer.Task)).Forward("reviews", 7);
        var sent = mesh.GetAsync("http://reviews/");
        var before = Endpoint(mesh);

        mesh.Forward("reviews", 7, 8);

        Assert.Same(before, Endpoint(mesh));
        Assert.Equal(1, before.InFlight);
        answer.SetResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        using var response = await sent;
        Assert.Equal(0, before.InFlight);
    }

    private static OutboundEndpoint Endpoint(OutboundHarness mesh)
    {
        var cluster = mesh.Directory.State.Clusters.Single();
        var found = Enumerable.Range(0, 8)
            .Select(_ => cluster.Enter(default)!)
            .Select(endpoint =>
            {
                endpoint.Leave();
                endpoint.Pool.Leave();
                return endpoint;
            });
        return found.First(endpoint => endpoint.Address.Port == 7);
    }
}
