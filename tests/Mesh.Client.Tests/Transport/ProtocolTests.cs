using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Transport;

/// <summary>Which HTTP is spoken to an endpoint, over real connections.</summary>
public sealed class ProtocolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToHttp2Endpoints_UpgradesWithoutTouchingTheRequest()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Host}"));
        using var mesh = new OutboundHarness().Forward("reviews", Of(UpstreamProtocol.Http2), server.Http2);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = new StringContent("body") };

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);

        Assert.Equal("HTTP/2 reviews", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal((HttpVersion.Version20, HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower), (response.Version, request.Version, request.VersionPolicy));
        Assert.Equal(("http://reviews/", null), (request.RequestUri!.ToString(), request.Headers.Host));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToHttp1Endpoints_LowersTheVersion()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync(context.Request.Protocol));
        using var mesh = new OutboundHarness().Forward("reviews", Of(UpstreamProtocol.Http1), server.Http1);

        using var response = await mesh.GetAsync("http://reviews/", request => (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact));

        Assert.Equal("HTTP/1.1", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpVersion.Version11, response.Version);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public async Task ConnectAsync_OfAWebSocket_TalksOverEitherVersion(bool http2Endpoint, bool http2Client, bool isCounted)
    {
        await using var server = await KestrelEndpoint.StartAsync(EchoAsync);
        var policy = Of(http2Endpoint ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1) with
        {
            Limits = new ConcurrencyLimits { MaxConnections = isCounted ? 1 : null, MaxRequests = 1 },
        };
        using var mesh = new OutboundHarness().Forward("chat", policy, http2Endpoint ? server.Http2 : server.Http1);
        using var client = new ClientWebSocket();
        (client.Options.HttpVersion, client.Options.HttpVersionPolicy) =
            (http2Client ? HttpVersion.Version20 : HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);

        await client.ConnectAsync(new Uri("ws://chat/"), mesh.Invoker, Cancellation);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var echo = new byte[16];
        var result = await client.ReceiveAsync(echo, Cancellation);

        Assert.Equal("hello", Encoding.ASCII.GetString(echo, 0, result.Count));
        var limits = mesh.Directory.State.Clusters.Single().Limits;
        Assert.Equal(1, limits.Requests.InUse);
        client.Dispose();
        Assert.Equal(0, limits.Requests.InUse);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nold", "old")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlast", "last")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\ngo", "go")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nx-end: 1\r\n\r\n", "ab")]
    public async Task SendAsync_ToPlainServers_ReadsWhatTheyAnswer(string answer, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeAsync(listener, answer, times: 2);
        using var mesh = new OutboundHarness().Forward(
            "reviews", new ClusterPolicy { Connection = new ConnectionPolicy { MaxRequests = 1 } }, ((IPEndPoint)listener.LocalEndpoint).Port);

        for (var time = 0; time < 2; time++)
        {
            using var response = await mesh.GetAsync("http://reviews/", request => request.Headers.ExpectContinue = true);
            Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancellation));
        }

        await served;
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfALargeBody_PassesItOnWhileItComes()
    {
        const int Blocks = 256;
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            // HttpClient's own contents are sent to their end before the response is read.
            var (block, received) = (new byte[16 * 1024], 0L);
            for (var read = await context.Request.Body.ReadAsync(block); read > 0; read = await context.Request.Body.ReadAsync(block))
            {
                received += read;
            }

            for (; received > 0; received -= block.Length)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });
        using var mesh = new OutboundHarness().Forward("reviews", Of(UpstreamProtocol.Http2), server.Http2);
        var pipe = new System.IO.Pipelines.Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = new StreamContent(pipe.Reader.AsStream()) };
        var sent = WriteAsync(pipe.Writer, Blocks);

        using var response = await mesh.Invoker.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var (buffer, total) = (new byte[16 * 1024], 0L);
        for (var read = await body.ReadAsync(buffer, Cancellation); read > 0; read = await body.ReadAsync(buffer, Cancellation))
        {
            total += read;
        }

        await sent;
        Assert.Equal(Blocks * 64 * 1024, total);
    }

    private static ClusterPolicy Of(UpstreamProtocol protocol) => new() { Connection = new ConnectionPolicy { Protocol = protocol } };

    private static async Task WriteAsync(System.IO.Pipelines.PipeWriter writer, int blocks)
    {
        var block = new byte[64 * 1024];
        for (var index = 0; index < blocks; index++)
        {
            await writer.WriteAsync(block, Cancellation);
        }

        await writer.CompleteAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
        await socket.ReceiveAsync(buffer, context.RequestAborted);
    }

    private static async Task ServeAsync(TcpListener listener, string answer, int times)
    {
        for (var time = 0; time < times; time++)
        {
            using var connection = await listener.AcceptTcpClientAsync(Cancellation);
            var stream = connection.GetStream();
            var seen = "";
            var buffer = new byte[1024];
            while (!seen.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                seen += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation));
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
        }
    }
}
