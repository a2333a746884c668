using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Pipeline;

/// <summary>What a gRPC channel, a WebSocket client and a reader of events need of the handler, over real connections.</summary>
public sealed class HandlerFactsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void CreateHandler_Always_IsNoDelegatingHandler()
    {
        using var mesh = new OutboundHarness();
        using var handler = mesh.Handlers.CreateHandler();

        Assert.IsNotAssignableFrom<DelegatingHandler>(handler);
        Assert.IsNotType<SocketsHttpHandler>(handler);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OverHttp2_StreamsBothWaysAtOnce()
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http2);
        var upload = new Pipe();
        using var response = await mesh.Invoker.SendAsync(Grpc(new DuplexContent(upload.Reader)), Cancellation);
        var body = await response.Content.ReadAsStreamAsync(Cancellation);

        foreach (var text in (string[])["one", "two"])
        {
            await upload.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
            var buffer = new byte[3];
            await body.ReadExactlyAsync(buffer, Cancellation);
            Assert.Equal(text, Encoding.ASCII.GetString(buffer));
        }

        Assert.Equal(1, InFlight(mesh));
        await upload.Writer.CompleteAsync();
        Assert.Equal(0, await body.ReadAsync(new byte[1], Cancellation));
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithATrailersOnlyResponse_KeepsTheStatusInTheHeaders()
    {
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "5";
            return Task.CompletedTask;
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http2);

        using var response = await mesh.Invoker.SendAsync(Grpc(new ByteArrayContent([])), Cancellation);

        Assert.Equal(["5"], response.Headers.GetValues("grpc-status"));
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfAGrpcCall_PassesItsTimeoutOn()
    {
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            context.Response.Headers["seen"] = $"{context.Request.Headers["grpc-timeout"]} {context.Request.Headers.TE} {context.Request.Host}";
            return Task.CompletedTask;
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http2);
        var request = Grpc(new ByteArrayContent([]));
        request.Headers.TryAddWithoutValidation("grpc-timeout", "99S");
        request.Headers.TE.ParseAdd("trailers");

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal(["99S trailers reviews"], response.Headers.GetValues("seen"));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenTheReaderGoesAway_CancelsAtTheServer()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await context.Response.Body.FlushAsync();
            await aborted.Task;
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http2);
        var response = await mesh.Invoker.SendAsync(Grpc(new ByteArrayContent([])), Cancellation);
        Assert.Equal(1, InFlight(mesh));

        response.Dispose();

        await aborted.Task.WaitAsync(Cancellation);
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfAWebSocket_TalksBothWays()
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[16];
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        using var mesh = new OutboundHarness().Route(
            "chat",
            [OutboundHarness.To("one", timeout: TimeSpan.FromMinutes(1))],
            ("one", [server.Http1]));
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri("ws://chat/"), mesh.Invoker, Cancellation);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var echo = new byte[16];
        var result = await client.ReceiveAsync(echo, Cancellation);

        Assert.Equal("hello", Encoding.ASCII.GetString(echo, 0, result.Count));
        Assert.Equal(1, InFlight(mesh, "chat"));
        client.Dispose();
        Assert.Equal(0, InFlight(mesh, "chat"));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfServerSentEvents_DeliversEachAtOnce()
    {
        var next = new SemaphoreSlim(0);
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http1);
        using var response = await mesh.GetAsync("http://reviews/");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {i}", await lines.ReadLineAsync(Cancellation));
            Assert.Equal(1, InFlight(mesh));
            next.Release();
        }

        Assert.Null(await lines.ReadLineAsync(Cancellation));
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenTheDeadlineComesInTheBody_CutsIt()
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            context.Response.ContentLength = 10_000;
            await context.Response.WriteAsync("half.");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var mesh = new OutboundHarness().Route(
            "reviews",
            [OutboundHarness.To("v1", timeout: TimeSpan.FromMilliseconds(300))],
            ("v1", [server.Http1]));
        using var response = await mesh.GetAsync("http://reviews/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancellation));

        var cause = failure as IOException ?? failure.InnerException;
        Assert.Contains("upstream request timeout", cause!.Message, StringComparison.Ordinal);
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OneAfterTheOther_ReusesTheConnection()
    {
        var connections = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            connections[context.Connection.Id] = true;
            return context.Response.WriteAsync(new string('x', 1024));
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http1);
        using var client = new HttpClient(mesh.Handlers.CreateHandler());

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1024, (await client.GetStringAsync("http://reviews/" + i, Cancellation)).Length);
        }

        Assert.Single(connections);
        Assert.Equal(0, InFlight(mesh));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenItsEndpointIsRemoved_GoesOnToTheEnd()
    {
        var finish = new TaskCompletionSource();
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first,");
            await context.Response.Body.FlushAsync();
            await finish.Task;
            await context.Response.WriteAsync("last");
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http1);
        using var response = await mesh.GetAsync("http://reviews/");
        var pool = mesh.Directory.State.Clusters.Single().Enter(default)!.Pool;
        pool.Leave();

        mesh.Forward("reviews");
        Assert.True(pool.IsOpen);
        finish.SetResult();

        Assert.Equal("first,last", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.False(pool.IsOpen);
    }

    private static HttpRequestMessage Grpc(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, "http://reviews/test.Service/Call")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
    }

    private static int InFlight(OutboundHarness mesh, string host = "reviews")
    {
        var endpoint = mesh.Directory.State.Destinations[new Mesh.Client.Model.Authority(host, 80)].Clusters[0].Enter(default)!;
        endpoint.Leave();
        endpoint.Pool.Leave();
        return endpoint.InFlight;
    }

    /// <summary>As a gRPC client writes: HttpClient reads responses while such content is still being sent, unlike its own kinds.</summary>
    private sealed class DuplexContent(PipeReader source) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync(Cancellation);
            ReadResult read;
            do
            {
                read = await source.ReadAsync(Cancellation);
                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment, Cancellation);
                }

                // Without it HttpClient keeps small messages back.
                await stream.FlushAsync(Cancellation);
                source.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
