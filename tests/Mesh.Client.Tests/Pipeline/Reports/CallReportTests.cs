using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Reports;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Pipeline.Reports;

/// <summary>What the sinks of a process are told of calls: each once, at its end, whoever ended it.</summary>
public sealed class CallReportTests
{
    private static readonly WorkloadReference Workload = new() { Name = "reviews-v1", Namespace = "default", CanonicalService = "reviews", CanonicalRevision = "v1" };
    private static readonly ServiceReference Service = new("reviews.default.svc.cluster.local", "reviews", "default");

    private readonly RecordingSink _sink = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_OfAnEndpoint_IsReportedOnceWithItsPeer()
    {
        using var mesh = Mesh(new ScriptedEndpoints());

        using var response = await mesh.GetAsync("http://reviews/");

        var (call, report) = _sink.Only;
        Assert.Equal((200, -1, "-", 1, "via_upstream"), (report.HttpStatus, report.GrpcStatus, report.Flags, report.Attempts, report.Details));
        Assert.Equal((Service, Workload), (call.Peer.Service, call.Peer.Workload));
        Assert.Equal(["begin", "attempt", "200", "end"], _sink.Events);
    }

    [Fact]
    public async Task Body_ReadToItsEnd_EndsTheCallAndIsCounted()
    {
        using var mesh = Mesh(new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage { RequestMessage = request, Content = Chunked(new byte[1_000]) })));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = new ByteArrayContent(new byte[20]) };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        Assert.Empty(_sink.Reports);
        _time.Advance(TimeSpan.FromSeconds(3));
        var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.CopyToAsync(Stream.Null, Cancellation);

        var report = _sink.Only.Report;
        Assert.Equal((20, 1_000), (report.RequestBytes, report.ResponseBytes));
        Assert.InRange(report.Duration, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Body_Buffered_IsCounted()
    {
        using var mesh = Mesh(new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage { RequestMessage = request, Content = Chunked(new byte[70_000]) })));

        using var response = await mesh.GetAsync("http://reviews/");
        await response.Content.LoadIntoBufferAsync(Cancellation);

        Assert.Equal(70_000, _sink.Only.Report.ResponseBytes);
    }

    [Fact]
    public async Task Request_WithoutALength_IsCountedAndGivenBack()
    {
        var seen = 0L;
        using var mesh = Mesh(new ScriptedEndpoints(async (request, cancellation) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellation);
            seen++;
            return new HttpResponseMessage { RequestMessage = request, Content = new ByteArrayContent([]) };
        }));
        var content = Chunked(new byte[300]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = content };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal((300, 1), (_sink.Only.Report.RequestBytes, seen));
        Assert.Same(content, request.Content);
    }

    [Fact]
    public async Task GrpcCall_IsReportedWithItsStatusAndMessages()
    {
        using var mesh = Mesh(new ScriptedEndpoints(async (request, cancellation) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellation);
            var response = new HttpResponseMessage { RequestMessage = request, Version = HttpVersion.Version20, Content = Grpc([0, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0, 0]) };
            response.TrailingHeaders.Add("grpc-status", "5");
            return response;
        }));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/x") { Content = Grpc([0, 0, 0, 0, 3, 1, 2, 3]) };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        await (await response.Content.ReadAsStreamAsync(Cancellation)).CopyToAsync(Stream.Null, Cancellation);

        var report = _sink.Only.Report;
        Assert.Equal((200, 5, 1, 2), (report.HttpStatus, report.GrpcStatus, report.RequestMessages, report.ResponseMessages));
    }

    [Theory]
    [InlineData("http://nobody/", "-", 200, "PassthroughCluster")]
    [InlineData("http://broken/", "NC", 503, "")]
    [InlineData("http://reviews/nowhere", "NR", 404, "")]
    [InlineData("http://empty/", "UH", 503, "none")]
    public async Task Answer_OfTheMeshItself_IsReportedWithItsFlags(string uri, string flags, int status, string cluster)
    {
        using var mesh = Mesh(new ScriptedEndpoints(), OutboundHarness.To("one", OutboundHarness.Any with { Path = new PathMatch(PathMatchKind.Exact, "/", IgnoreCase: false) }))
            .Route("empty", [OutboundHarness.To("none")], ("none", []))
            .Answer("broken", DestinationStatus.Failed, "nonsense")
            .Answer("nobody", DestinationStatus.Unknown);
        using var passthrough = new HttpMessageInvoker(new ScriptedEndpoints().Create(null!));

        using var response = await mesh.Pipeline.SendAsync(new HttpRequestMessage(HttpMethod.Get, uri), new OutboundClient(passthrough, null), Cancellation);

        var (call, report) = _sink.Only;
        Assert.Equal((flags, status, cluster), (report.Flags, report.HttpStatus, call.Peer.Cluster));
    }

    [Fact]
    public async Task UnknownDestination_UnderRegistryOnly_IsTheBlackHole()
    {
        using var mesh = new OutboundHarness(new ScriptedEndpoints(), OutboundTrafficPolicy.RegistryOnly, sinks: _sink).Answer("nobody", DestinationStatus.Unknown);

        using var response = await mesh.GetAsync("http://nobody/");

        Assert.Equal((502, CallPeer.BlackHoleCluster), (_sink.Only.Report.HttpStatus, _sink.Only.Call.Peer.Cluster));
    }

    [Fact]
    public async Task Caller_WhoLeaves_IsReportedAsDisconnected()
    {
        using var mesh = Mesh(new ScriptedEndpoints(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        }));
        using var caller = new CancellationTokenSource();

        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/"), caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        var report = _sink.Only.Report;
        Assert.Equal(("DC", 0), (report.Flags, report.HttpStatus));
        Assert.IsAssignableFrom<OperationCanceledException>(report.Error);
    }

    [Fact]
    public async Task Call_ThatIsRepeated_IsReportedOnce()
    {
        var attempts = 0;
        using var mesh = new OutboundHarness(
            new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage(attempts++ == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK) { RequestMessage = request })),
            sinks: _sink)
            .Retry("reviews", new RetryPolicy { Conditions = RetryConditionNames.Parse("5xx"), MaxRetries = 1, BaseInterval = TimeSpan.FromMilliseconds(1), MaxInterval = TimeSpan.FromMilliseconds(1) }, null, 1);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal((200, 2), (_sink.Only.Report.HttpStatus, _sink.Only.Report.Attempts));
        Assert.Equal(["begin", "attempt", "503 again", "attempt", "200", "end"], _sink.Events);
    }

    [Fact]
    public async Task HedgedCall_IsReportedOnceWithTheEndpointThatWon()
    {
        var count = 0;
        var hold = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mesh = new OutboundHarness(
            new ScriptedEndpoints((request, cancellation) => Interlocked.Increment(ref count) == 1
                ? hold.Task.WaitAsync(cancellation)
                : Task.FromResult(new HttpResponseMessage { RequestMessage = request, Content = Chunked(new byte[7]) })),
            time: _time,
            sinks: _sink)
            .Route("reviews", [new Route("one", OutboundHarness.Any, new ForwardAction { Clusters = [new("one", 1)], Hedging = new HedgingPolicy(TimeSpan.FromSeconds(1), 2) })], ("one", [1, 2]));

        var sent = mesh.GetAsync("http://reviews/");
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1), Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
        using var response = await sent;
        Assert.Empty(_sink.Reports);
        await response.Content.LoadIntoBufferAsync(Cancellation);

        var (call, report) = _sink.Only;
        Assert.Equal((200, 2, 7L, "one"), (report.HttpStatus, report.Attempts, report.ResponseBytes, call.Peer.Cluster));
        Assert.NotNull(call.Endpoint);
    }

    [Fact]
    public async Task Update_ThatChangesNothingOfAWorkload_KeepsItsPeer()
    {
        using var mesh = Mesh(new ScriptedEndpoints());
        (await mesh.GetAsync("http://reviews/")).Dispose();

        mesh.Publish(Reviews([OutboundHarness.To("one")], 1, 2));
        (await mesh.GetAsync("http://reviews/")).Dispose();

        var peers = _sink.Reports.Select(report => report.Call.Peer).ToArray();
        Assert.Same(peers[0], peers[1]);
    }

    private OutboundHarness Mesh(ScriptedEndpoints endpoints, Route? route = null) =>
        new OutboundHarness(endpoints, time: _time, sinks: _sink).Publish(Reviews([route ?? OutboundHarness.To("one")], 1));

    private static Destination Reviews(System.Collections.Immutable.ImmutableArray<Route> routes, params int[] ports)
    {
        var cluster = OutboundHarness.Cluster("one", ports) with { Service = Service };
        cluster = cluster with
        {
            Endpoints = cluster.Endpoints with
            {
                Localities = [.. cluster.Endpoints.Localities.Select(locality => locality with { Endpoints = [.. locality.Endpoints.Select(endpoint => endpoint with { Workload = Workload with { } })] })],
            },
        };
        return new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], routes),
            Clusters = new Dictionary<string, Cluster> { ["one"] = cluster }.ToFrozenDictionary(),
        };
    }

    private static StreamContent Chunked(byte[] bytes) => new(new UnknownLengthStream(bytes));

    private static StreamContent Grpc(byte[] bytes)
    {
        var content = Chunked(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return content;
    }
}
