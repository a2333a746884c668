using System.Net;
using System.Net.Http.Json;
using System.Text;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Reports;

/// <summary>What the sinks of a process are told of the requests that it serves.</summary>
public sealed class RequestReportTests
{
    private readonly RecordingRequestSink _sink = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task Request_IsReportedWithItsStatusAndBodies()
    {
        await using var app = await StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            return Results.Json(new { text = await reader.ReadToEndAsync() }, statusCode: 201);
        }));
        using var client = Client(app);

        using var response = await client.PostAsync("/", new StringContent("hello"), Cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(Cancellation);

        var (_, report) = await _sink.NextAsync();
        Assert.Equal((201, "-", 5L, (long)body.Length, -1), (report.HttpStatus, report.Flags, report.RequestBytes, report.ResponseBytes, report.GrpcStatus));
        Assert.True(report.Duration > TimeSpan.Zero);
        Assert.Equal(1, _sink.Begun);
    }

    [Fact(Timeout = 20_000)]
    public async Task Request_WithoutALength_IsCountedAsItIsRead()
    {
        await using var app = await StartAsync(app => app.MapPost("/", async (HttpRequest request) => (await request.ReadFromJsonAsync<string[]>())!.Length));
        using var client = Client(app);
        using var content = new StreamContent(new OneWayStream(Encoding.UTF8.GetBytes("""["a","b"]""")));
        content.Headers.ContentType = new("application/json");

        using var response = await client.PostAsync("/", content, Cancellation);

        Assert.Equal("2", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(9, (await _sink.NextAsync()).Report.RequestBytes);
    }

    [Fact(Timeout = 20_000)]
    public async Task Body_ThatAMiddlewareReplaces_IsWhatTheApplicationReads()
    {
        await using var app = await StartAsync(
            app => app.MapPost("/", async (HttpRequest request) => (await request.BodyReader.ReadAtLeastAsync(4)).Buffer.Length),
            app => app.Use((context, next) =>
            {
                context.Request.Body = new MemoryStream("four"u8.ToArray());
                return next(context);
            }));
        using var client = Client(app);

        using var response = await client.PostAsync("/", new StreamContent(new OneWayStream(new byte[100])), Cancellation);

        Assert.Equal("4", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task GrpcCall_IsReportedWithItsStatusAndMessages()
    {
        await using var app = await StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            var isOver = false;
            while (!isOver)
            {
                var read = await context.Request.BodyReader.ReadAsync();
                isOver = read.IsCompleted;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            }

            context.Response.ContentType = "application/grpc";
            await context.Response.BodyWriter.WriteAsync(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9 });
            context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers["grpc-status"] = "7";
        }));
        using var client = Client(app);
        using var content = new StreamContent(new OneWayStream([0, 0, 0, 0, 2, 1, 1]));
        content.Headers.ContentType = new("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };

        using var response = await client.SendAsync(request, Cancellation);

        var (record, report) = await _sink.NextAsync();
        Assert.Equal((200, 7, 1L, 2L), (report.HttpStatus, report.GrpcStatus, report.RequestMessages, report.ResponseMessages));
        Assert.True(record.IsGrpc);
    }

    [Fact(Timeout = 20_000)]
    public async Task Exception_OfTheApplication_IsReportedAs500()
    {
        await using var app = await StartAsync(app => app.MapGet("/", string () => throw new InvalidOperationException("oh")));
        using var client = Client(app);

        using var response = await client.GetAsync("/", Cancellation);

        var (_, report) = await _sink.NextAsync();
        Assert.Equal(500, report.HttpStatus);
        Assert.Equal("oh", report.Error?.Message);
    }

    [Fact(Timeout = 20_000)]
    public async Task Caller_WhoLeavesBeforeTheAnswer_IsReportedAsDisconnected()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));
        using var client = Client(app);
        using var caller = new CancellationTokenSource();

        var sent = client.GetAsync("/", caller.Token);
        await reached.Task;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        var (_, report) = await _sink.NextAsync();
        Assert.Equal((0, "DC"), (report.HttpStatus, report.Flags));
    }

    [Fact(Timeout = 20_000)]
    public async Task PeerMetadata_IsKeptForTheSinksAndTakenOffTheRequest()
    {
        await using var app = await StartAsync(app => app.MapGet("/", (HttpRequest request) => request.Headers.ContainsKey("x-envoy-peer-metadata") ? "there" : "gone"));
        using var client = Client(app);
        client.DefaultRequestHeaders.Add("x-envoy-peer-metadata", "AAA=");
        client.DefaultRequestHeaders.Add("x-envoy-peer-metadata-id", "sidecar~1");

        Assert.Equal("gone", await client.GetStringAsync("/", Cancellation));

        var (record, _) = await _sink.NextAsync();
        Assert.Equal(("AAA=", "sidecar~1"), (record.PeerMetadata, record.PeerMetadataId));
    }

    [Fact]
    public void Mark_BesideAnother_JoinsBoth()
    {
        var context = new DefaultHttpContext();
        var record = new RequestRecord(context, start: 0);

        RequestRecord.Mark(context, "DI", "first");
        RequestRecord.Mark(context, "RL", "second");

        Assert.Equal(("DI,RL", "second"), (record.Flags, record.Details));
    }

    private async Task<WebApplication> StartAsync(Action<WebApplication> map, Action<WebApplication>? use = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        builder.AddMesh();
        builder.Services.AddSingleton<IRequestSink>(_sink);
        var app = builder.Build();
        app.UseMesh();
        use?.Invoke(app);
        map(app);
        await app.StartAsync(Cancellation);
        return app;
    }

    /// <summary>HTTP/2 requests go to the second address.</summary>
    private static HttpClient Client(WebApplication app) =>
        new(new VersionedAddress(new Uri(app.Urls.First()), new Uri(app.Urls.Last()))) { BaseAddress = new Uri(app.Urls.First()) };

    private sealed class VersionedAddress(Uri http1, Uri http2) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(request.Version.Major == 2 ? http2 : http1, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
