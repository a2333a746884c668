using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Attempts;

public sealed class RetryLoopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_WhenAnEndpointFails_TriesAnotherOne()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, Attempt(request) == 1 ? 503 : 200)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2), 1, 2, 3);

        for (var call = 0; call < 20; call++)
        {
            using var response = await mesh.GetAsync("http://reviews/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(40, endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_WhenEverythingFails_GivesTheLastResponseAfterTheAttempts()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503, "attempt " + Attempt(request))));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2), 1);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("attempt 3", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.False(response.RequestMessage!.Headers.Contains("x-envoy-attempt-count"));
    }

    [Fact]
    public async Task SendAsync_WhenConnectionsFail_TriesAgainAndSaysThatTheLimitIsReached()
    {
        var endpoints = new ScriptedEndpoints((_, _) => Task.FromException<HttpResponseMessage>(
            new HttpRequestException(HttpRequestError.ConnectionError, "refused")));
        using var mesh = Mesh(endpoints, Retrying("connect-failure", 2), 1);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(3, endpoints.Requests[1]);
        Assert.Equal("UF,URX", Assert.Single(response.Headers.GetValues(MeshTelemetry.ResponseFlagsHeader)));
    }

    [Fact]
    public async Task SendAsync_WithPreviousHostsAvoided_GoesToEachEndpointOnce()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2) with { MaxReselections = 5 }, 1, 2, 3);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal([1, 1, 1], endpoints.Requests.Values);
    }

    [Fact]
    public async Task SendAsync_WithPreviousPrioritiesAvoided_GoesToEachPriorityOnce()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2) with { MaxReselections = 5, AvoidPreviousPriorities = true }, 1);
        Prioritize(mesh, [1, 2], [3, 4], [5]);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal([0, 1, 2], endpoints.Requests.Keys.Select(port => (port - 1) / 2).Order());
    }

    [Fact]
    public async Task SendAsync_WithPreviousPrioritiesAvoidedAndNoneLeft_BeginsAnew()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2) with { AvoidPreviousPriorities = true }, 1);
        Prioritize(mesh, [1], [3]);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal((2, 1), (endpoints.Requests[1], endpoints.Requests[3]));
    }

    [Fact]
    public async Task SendAsync_WithPrioritiesNotAvoided_StaysInTheFirst()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2) with { MaxReselections = 5 }, 1);
        Prioritize(mesh, [1, 2], [3, 4], [5]);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.All(endpoints.Requests.Keys, port => Assert.InRange(port, 1, 2));
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("CONNECT", 1)]
    [InlineData("GET", 3)]
    [InlineData("HEAD", 3)]
    [InlineData("OPTIONS", 3)]
    [InlineData("TRACE", 3)]
    [InlineData("PUT", 3)]
    [InlineData("DELETE", 3)]
    public async Task E03_WhenTheRequestMayHaveBeenProcessed_RepeatsIdempotentMethodsOnly(string method, int attempts)
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2), 1);

        using var response = await mesh.Invoker.SendAsync(new HttpRequestMessage(new HttpMethod(method), "http://reviews/"), Cancellation);

        Assert.Equal(attempts, endpoints.Requests[1]);
    }

    [Fact]
    public async Task E03_APostThatWasNotProcessed_IsRepeated()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Attempt(request) < 3
            ? Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError, "refused"))
            : Task.FromResult(Answer(request, 200)));
        using var mesh = Mesh(endpoints, Retrying("connect-failure", 2), 1);

        using var response = await mesh.Invoker.SendAsync(Post(new StringContent("order")), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_APostWithAnIdempotencyKey_IsRepeated()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, Attempt(request) == 1 ? 503 : 200)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 2), 1);
        var post = Post(new StringContent("order"));
        post.Headers.Add("Idempotency-Key", "\"8e03978e\"");

        using var response = await mesh.Invoker.SendAsync(post, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_WithABackoff_WaitsBetweenAttempts()
    {
        var time = new FakeTimeProvider();
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, Attempt(request) == 1 ? 503 : 200)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 1) with { BaseInterval = TimeSpan.FromSeconds(4), MaxInterval = TimeSpan.FromSeconds(4) }, time, 1);

        var sent = mesh.GetAsync("http://reviews/");
        Assert.Equal(1, time.PendingTimers);
        Assert.Equal(1, endpoints.Requests[1]);
        time.Advance(TimeSpan.FromSeconds(4));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("Tue, 01 Jan 2030 00:00:03 GMT", 3)]
    public async Task E05_WithRetryAfter_WaitsAsLong(string retryAfter, int seconds)
    {
        var time = new FakeTimeProvider();
        var endpoints = new ScriptedEndpoints((request, _) =>
            Task.FromResult(Attempt(request) == 1 ? With(Answer(request, 503), "Retry-After", retryAfter) : Answer(request, 200)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 1), time, 1);

        var sent = mesh.GetAsync("http://reviews/");
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, endpoints.Requests[1]);
        time.Advance(TimeSpan.FromMilliseconds(1));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task E05_WithALongRetryAfter_LeavesItToTheCaller()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(With(Answer(request, 503), "Retry-After", "60")));
        using var mesh = Mesh(endpoints, Retrying("5xx", 3), 1);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(TimeSpan.FromSeconds(60), response.Headers.RetryAfter!.Delta);
        Assert.Equal(1, endpoints.Requests[1]);
    }

    [Fact]
    public async Task SendAsync_WithResetHeaders_WaitsUpToHalfLonger()
    {
        var time = new FakeTimeProvider();
        var endpoints = new ScriptedEndpoints((request, _) =>
            Task.FromResult(Attempt(request) == 1 ? With(Answer(request, 429), "x-reset", "4") : Answer(request, 200)));
        var policy = Retrying("retriable-status-codes", 1) with
        {
            StatusCodes = [429],
            RateLimited = new RateLimitedBackoff([new ResetHeader("x-other", IsUnixTime: true), new ResetHeader("x-reset", IsUnixTime: false)], TimeSpan.FromMinutes(1)),
        };
        using var mesh = Mesh(endpoints, policy, time, 1);

        var sent = mesh.GetAsync("http://reviews/");
        time.Advance(TimeSpan.FromMilliseconds(3999));
        Assert.Equal(1, endpoints.Requests[1]);
        time.Advance(TimeSpan.FromMilliseconds(2001));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_WhenTheBackoffWouldOutlastTheCall_AnswersAtOnce()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(With(Answer(request, 503), "Retry-After", "3")));
        using var mesh = Mesh(endpoints, Retrying("5xx", 3), TimeSpan.FromSeconds(2), 1);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, endpoints.Requests[1]);
    }

    [Fact]
    public async Task SendAsync_WhenTheCallerGivesUpWhileWaiting_EndsAtOnce()
    {
        var time = new FakeTimeProvider();
        using var caller = new CancellationTokenSource();
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        using var mesh = Mesh(endpoints, Retrying("5xx", 3), time, 1);
        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/"), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Equal(0, mesh.Directory.State.Clusters.Single().Retries.Concurrent);
    }

    [Fact]
    public async Task SendAsync_WithAnAttemptTimeout_TriesAgainWhenItIsOver()
    {
        var time = new FakeTimeProvider();
        var endpoints = new ScriptedEndpoints(async (request, token) =>
        {
            if (Attempt(request) == 1)
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return Answer(request, 200);
        });
        using var mesh = Mesh(endpoints, Retrying("5xx", 1) with { AttemptTimeout = TimeSpan.FromSeconds(1), BaseInterval = TimeSpan.FromTicks(1), MaxInterval = TimeSpan.FromTicks(1) }, time, 1);

        var sent = mesh.GetAsync("http://reviews/");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1), Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromMilliseconds(1));

        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task E02_WhenNothingWorks_AddsAFifthOfTheLoad()
    {
        var endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(Answer(request, 503)));
        var policy = Retrying("5xx", 3) with { BaseInterval = TimeSpan.FromTicks(1), MaxInterval = TimeSpan.FromTicks(1) };
        using var mesh = Mesh(endpoints, policy, 1, 2, 3);

        await Parallel.ForAsync(0, 1000, Cancellation, async (_, _) => (await mesh.GetAsync("http://reviews/")).Dispose());

        Assert.InRange(endpoints.Requests.Values.Sum(), 1030, 1200);
    }

    /// <summary>Ports by priority.</summary>
    private static void Prioritize(OutboundHarness mesh, params int[][] ports)
    {
        var destination = mesh.Directory.State.Clusters.Single().Cluster;
        mesh.Amend("reviews", destination with
        {
            Endpoints = new EndpointSet(
            [
                .. ports.Select((inPriority, priority) => new LocalityEndpoints(
                    Locality.None, (uint)priority, 1, [.. inPriority.Select(port => new Endpoint(new EndpointAddress("127.0.0.1", port), 1, EndpointHealth.Healthy))])),
            ]),
        });
    }

    private static int Attempt(HttpRequestMessage request) =>
        int.Parse(request.Headers.GetValues("x-envoy-attempt-count").Single(), System.Globalization.CultureInfo.InvariantCulture);

    internal static RetryPolicy Retrying(string retryOn, int retries) =>
        new() { Conditions = RetryConditionNames.Parse(retryOn), MaxRetries = retries };

    private static HttpRequestMessage Post(HttpContent content) => new(HttpMethod.Post, "http://reviews/") { Content = content };

    private static HttpResponseMessage Answer(HttpRequestMessage request, int status, string text = "") =>
        new((HttpStatusCode)status) { RequestMessage = request, Content = new StringContent(text) };

    private static HttpResponseMessage With(HttpResponseMessage response, string name, string value)
    {
        response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static OutboundHarness Mesh(ScriptedEndpoints endpoints, RetryPolicy policy, params int[] ports) =>
        Route(new OutboundHarness(endpoints), policy, null, ports);

    private static OutboundHarness Mesh(ScriptedEndpoints endpoints, RetryPolicy policy, TimeProvider time, params int[] ports) =>
        Route(new OutboundHarness(endpoints, time: time), policy, null, ports);

    private static OutboundHarness Mesh(ScriptedEndpoints endpoints, RetryPolicy policy, TimeSpan timeout, params int[] ports) =>
        Route(new OutboundHarness(endpoints), policy, timeout, ports);

    private static OutboundHarness Route(OutboundHarness mesh, RetryPolicy policy, TimeSpan? timeout, int[] ports) => mesh.Retry("reviews", policy, timeout, ports);
}
