using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Model;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Faults;

public sealed class FaultStageTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(7);
    private static readonly FaultPolicy Delayed = new() { Delay = new FaultDelay(Delay, FaultShare.All) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_HttpAbort_IsEnvoysReply()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = Mesh(endpoints, new FaultPolicy { Abort = new FaultAbort(555, null, FaultShare.All) });

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal((555, "FI"), ((int)response.StatusCode, Flags(response)));
        Assert.Equal("fault filter abort", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(endpoints.Requests);
    }

    [Theory]
    [InlineData(404, "12")]
    [InlineData(503, "14")]
    [InlineData(500, "2")]
    [InlineData(401, "16")]
    public async Task SendAsync_HttpAbortOfGrpc_IsTrailersOnlyWithTheMappedStatus(int status, string grpcStatus)
    {
        using var mesh = Mesh(new ScriptedEndpoints(), new FaultPolicy { Abort = new FaultAbort(status, null, FaultShare.All) });

        using var response = await mesh.GetAsync("http://reviews/a", AsGrpc);

        Assert.Equal((HttpStatusCode.OK, grpcStatus, "FI"), (response.StatusCode, response.Headers.GetValues("grpc-status").Single(), Flags(response)));
        Assert.Equal("fault%20filter%20abort", response.Headers.GetValues("grpc-message").Single());
    }

    [Fact]
    public async Task SendAsync_GrpcAbort_IsItsStatusForGrpcAndA200ForPlainHttp()
    {
        using var mesh = Mesh(new ScriptedEndpoints(), new FaultPolicy { Abort = new FaultAbort(null, 8, FaultShare.All) });

        using var grpc = await mesh.GetAsync("http://reviews/a", AsGrpc);
        using var plain = await mesh.GetAsync("http://reviews/a");

        Assert.Equal("8", grpc.Headers.GetValues("grpc-status").Single());
        Assert.Equal((HttpStatusCode.OK, "fault filter abort"), (plain.StatusCode, await plain.Content.ReadAsStringAsync(Cancellation)));
    }

    [Fact]
    public async Task SendAsync_Delay_HoldsTheRequestAndNoTimeLimitCountsIt()
    {
        var time = new FakeTimeProvider();
        var endpoints = new ScriptedEndpoints();
        using var mesh = Mesh(endpoints, Delayed, time, timeout: TimeSpan.FromSeconds(1));

        var pending = mesh.GetAsync("http://reviews/a");
        await time.WaitForTimerAsync(Delay, Cancellation);
        Assert.Empty(endpoints.Requests);
        Assert.Equal(1, mesh.Faults.Active);
        time.Advance(Delay);

        using var response = await pending;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, mesh.Faults.Active);
        Assert.False(response.Headers.Contains("x-mesh-response-flags"));
    }

    [Fact]
    public async Task SendAsync_DelayThenAbort_HasBothFlags()
    {
        var time = new FakeTimeProvider();
        using var mesh = Mesh(new ScriptedEndpoints(), Delayed with { Abort = new FaultAbort(500, null, FaultShare.All) }, time);

        var pending = mesh.GetAsync("http://reviews/a");
        await time.WaitForTimerAsync(Delay, Cancellation);
        time.Advance(Delay);

        using var response = await pending;
        Assert.Equal((HttpStatusCode.InternalServerError, "DI,FI"), (response.StatusCode, Flags(response)));
    }

    [Fact]
    public async Task SendAsync_CallerWhoGivesUp_EndsTheDelay()
    {
        var time = new FakeTimeProvider();
        using var mesh = Mesh(new ScriptedEndpoints(), Delayed, time);
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/a");

        var pending = mesh.Invoker.SendAsync(request, caller.Token);
        await time.WaitForTimerAsync(Delay, Cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(0, mesh.Faults.Active);
    }

    [Fact]
    public async Task E11_PolicyWithConditions_IsForRequestsThatMeetThem()
    {
        var policy = new FaultPolicy
        {
            Abort = new FaultAbort(500, null, FaultShare.All),
            Headers = OutboundHarness.WithHeader("end-user", "jason").Headers,
            UpstreamCluster = "one",
            DownstreamNodes = ["node-1"],
        };
        using var mesh = Mesh(new ScriptedEndpoints(), policy);

        using var met = await mesh.GetAsync("http://reviews/a", request => Add(request, "jason", "node-1"));
        using var user = await mesh.GetAsync("http://reviews/a", request => Add(request, "other", "node-1"));
        using var node = await mesh.GetAsync("http://reviews/a", request => Add(request, "jason", "node-2"));

        Assert.Equal((500, 200, 200), ((int)met.StatusCode, (int)user.StatusCode, (int)node.StatusCode));

        static void Add(HttpRequestMessage request, string user, string node)
        {
            request.Headers.Add("end-user", user);
            request.Headers.Add("x-envoy-downstream-service-node", node);
        }
    }

    [Fact]
    public async Task SendAsync_WeightedClustersFault_GoesBeforeTheRoutes()
    {
        var action = new ForwardAction { Clusters = [new WeightedCluster("one", 1) { Fault = FaultPolicy.None }] };
        using var mesh = new OutboundHarness(new ScriptedEndpoints()).Route(
            "reviews",
            [new Route("", OutboundHarness.Any, action) { Fault = new FaultPolicy { Abort = new FaultAbort(500, null, FaultShare.All) } }],
            ("one", [1]));

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_FaultOfARouteThatAnswers_ComesFirst()
    {
        using var mesh = new OutboundHarness().Route(
            "reviews",
            [new Route("", OutboundHarness.Any, new DirectResponseAction(200, default)) { Fault = new FaultPolicy { Abort = new FaultAbort(500, null, FaultShare.All) } }]);

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal("FI", Flags(response));
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 418)]
    public async Task SendAsync_RequestThatAsksForAFault_GetsItWhereThatIsAllowed(bool allowed, int status)
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints(), allowFaultHeaders: allowed).Forward("reviews", 1);

        using var response = await mesh.GetAsync("http://reviews/a", request => request.Headers.Add("x-envoy-fault-abort-request", "418"));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_RouteThatLeavesItToTheRequest_ReadsItsHeaders()
    {
        using var mesh = Mesh(new ScriptedEndpoints(), new FaultPolicy { Abort = new FaultAbort(null, null, FaultShare.All) });

        using var grpc = await mesh.GetAsync("http://reviews/a", request =>
        {
            AsGrpc(request);
            request.Headers.Add("x-envoy-fault-abort-grpc-request", "7");
        });
        using var none = await mesh.GetAsync("http://reviews/a", request => request.Headers.Add("x-envoy-fault-abort-request", "99"));

        Assert.Equal("7", grpc.Headers.GetValues("grpc-status").Single());
        Assert.Equal(HttpStatusCode.OK, none.StatusCode);
    }

    private static OutboundHarness Mesh(ScriptedEndpoints endpoints, FaultPolicy fault, TimeProvider? time = null, TimeSpan? timeout = null) =>
        new OutboundHarness(endpoints, time: time).Route("reviews", [OutboundHarness.To("one", timeout: timeout) with { Fault = fault }], ("one", [1]));

    private static string Flags(HttpResponseMessage response) => response.Headers.GetValues("x-mesh-response-flags").Single();

    private static void AsGrpc(HttpRequestMessage request)
    {
        request.Method = HttpMethod.Post;
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }
}
