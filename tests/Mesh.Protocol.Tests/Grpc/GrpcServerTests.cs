using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;
using Mesh.Testing.Time;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>Our server against raw requests, good and bad, and against clients that are slow or late.</summary>
public sealed class GrpcServerTests
{
    private static readonly GrpcMethod<StringValue, StringValue> Special = EchoMethods.Method("Special");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData("0000000003", "13")]
    [InlineData("000000000305", "13")]
    [InlineData("00", "13")]
    [InlineData("0200000000", "13")]
    [InlineData("0100000000", "13")]
    [InlineData("00FFFFFFFF", "8")]
    [InlineData("0000000002FFFF", "13")]
    [InlineData("", "12")]
    [InlineData("00000000000000000000", "12")]
    [InlineData("0000000000", "0")]
    public async Task Post_RawFrames_StatusAsSpecified(string hex, string status)
    {
        await using var server = await EchoServer.StartAsync();

        var response = await PostAsync(server, "/mesh.test.Echo/Unary", Convert.FromHexString(hex));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, await StatusAsync(response));
    }

    [Fact(Timeout = 20_000)]
    public async Task Post_GzipMessage_IsRead()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await PostAsync(server, "/mesh.test.Echo/Unary", GzipFrame(EchoMethods.Text("hello").ToByteArray()), ("grpc-encoding", "gzip"));

        Assert.Equal("0", await StatusAsync(response));
    }

    [Fact(Timeout = 20_000)]
    public async Task Post_GzipBomb_ResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync();
        var frame = GzipFrame(new byte[64 * 1024 * 1024]);
        Assert.True(frame.Length < 100_000);

        var response = await PostAsync(server, "/mesh.test.Echo/Unary", frame, ("grpc-encoding", "gzip"));

        Assert.Equal("8", await StatusAsync(response));
    }

    [Fact(Timeout = 20_000)]
    public async Task Post_GarbageMarkedAsGzip_Internal()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await PostAsync(server, "/mesh.test.Echo/Unary", Convert.FromHexString("0100000004DEADBEEF"), ("grpc-encoding", "gzip"));

        Assert.Equal("13", await StatusAsync(response));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("grpc-encoding", "snappy", "12")]
    [InlineData("grpc-timeout", "soon", "13")]
    public async Task Post_HeaderNotUnderstood_IsRefused(string name, string value, string status)
    {
        await using var server = await EchoServer.StartAsync();

        var response = await PostAsync(server, "/mesh.test.Echo/Unary", new byte[5], (name, value));

        Assert.Equal(status, await StatusAsync(response));
        Assert.Equal("identity,gzip", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Theory(Timeout = 20_000)]
    [InlineData("/mesh.test.Echo/Nothing", "application/grpc", 200, "12")]
    [InlineData("/no.Service/Nothing", "application/grpc+proto", 200, "12")]
    [InlineData("/no.Service/Nothing", "application/json", 404, null)]
    [InlineData("/mesh.test.Echo/Unary", "application/json", 415, null)]
    public async Task Post_PathOrContentTypeNotServed_AnswersInKind(string path, string contentType, int http, string? status)
    {
        await using var server = await EchoServer.StartAsync();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = Request(server, path, [], contentType);

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(http, (int)response.StatusCode);
        Assert.Equal(status, await StatusAsync(response));
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_HandlerThrows_UnknownWithoutTheText()
    {
        await using var server = await EchoServer.StartAsync(
            endpoints => endpoints.MapGrpc(Special, _ => throw new InvalidOperationException("secret")));
        server.Logs.Expect("GrpcHandlerFailed");
        using var channel = server.CreateChannel();

        var failure = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(Special, EchoMethods.Text(""), cancellationToken: Token));

        Assert.Equal(GrpcStatusCode.Unknown, failure.Code);
        Assert.DoesNotContain("secret", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(server.Logs.Entries, entry => entry.EventName == "GrpcHandlerFailed" && entry.Exception?.Message == "secret");
    }

    [Fact(Timeout = 20_000)]
    public async Task ServerCall_DeadlinePasses_HandlerIsCancelledAndClientTold()
    {
        var time = new FakeTimeProvider();
        await using var server = await EchoServer.StartAsync(options: new GrpcServerOptions { TimeProvider = time });
        using var channel = server.CreateChannel();

        // Metadata instead of the option: only the server counts.
        await using var call = channel.Start(EchoMethods.Hang, new GrpcCallOptions { Headers = [new("grpc-timeout", "5S")] }, Token);
        await call.ResponseHeadersAsync;
        time.Advance(TimeSpan.FromSeconds(5));

        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Token));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        await server.HangCancelled.Task.WaitAsync(Token);
    }

    [Fact(Timeout = 20_000)]
    public async Task Call_ClientDeadlinePasses_DeadlineExceeded()
    {
        var time = new FakeTimeProvider();
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel(new GrpcChannelOptions { TimeProvider = time });
        await using var call = channel.Start(EchoMethods.Hang, new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(5) }, Token);
        await call.ResponseHeadersAsync;
        var reading = call.ReadAsync(Token).AsTask();

        time.Advance(TimeSpan.FromMinutes(5));

        var failure = await Assert.ThrowsAsync<GrpcException>(() => reading);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        await server.HangCancelled.Task.WaitAsync(Token);
    }

    [Fact(Timeout = 20_000)]
    public async Task WriteAsync_ClientDoesNotRead_WaitsUntilItDoes()
    {
        const int Count = 64;
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var large = EchoMethods.Text(new string('x', 1024 * 1024));
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapGrpc(Special, async call =>
        {
            for (var i = 0; i < Count; i++)
            {
                var write = call.WriteAsync(large).AsTask();
                if (!write.IsCompleted)
                {
                    blocked.TrySetResult();
                }

                await write;
            }

            finished.SetResult();
        }));
        using var channel = server.CreateChannel();
        await using var call = channel.Start(Special, cancellationToken: Token);
        await call.ResponseHeadersAsync;
        await blocked.Task.WaitAsync(Token);
        Assert.False(finished.Task.IsCompleted);

        var count = 0;
        while (await call.ReadAsync(Token) is not null)
        {
            count++;
        }

        Assert.Equal(Count, count);
        await finished.Task.WaitAsync(Token);
    }

    [Fact(Timeout = 20_000)]
    public async Task WriteAsync_BlockedWhenTheDeadlinePasses_IsCancelled()
    {
        var time = new FakeTimeProvider();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var large = EchoMethods.Text(new string('x', 1024 * 1024));
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapGrpc(
            Special,
            async call =>
            {
                try
                {
                    while (true)
                    {
                        var write = call.WriteAsync(large);
                        started.TrySetResult();
                        await write;
                    }
                }
                catch (Exception exception)
                {
                    ended.SetResult(exception);
                    throw;
                }
            },
            new GrpcServerOptions { TimeProvider = time }));
        using var channel = server.CreateChannel();
        await using var call = channel.Start(Special, new GrpcCallOptions { Headers = [new("grpc-timeout", "5S")] }, Token);
        await started.Task.WaitAsync(Token);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(Token), exactMatch: false);
    }

    [Fact(Timeout = 20_000)]
    public async Task ServerCall_ClientGoneBeforeTheDeadlineTimer_NothingEscapes()
    {
        var time = new FakeTimeProvider();
        await using var server = await EchoServer.StartAsync(options: new GrpcServerOptions { TimeProvider = time });
        using var channel = server.CreateChannel();
        for (var i = 0; i < 50; i++)
        {
            var call = channel.Start(EchoMethods.Hang, new GrpcCallOptions { Headers = [new("grpc-timeout", "5S")] }, Token);
            await call.ResponseHeadersAsync;
            await call.DisposeAsync();

            // On this thread: what a timer callback throws would fail the test, and end a process in production.
            time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_MessagesAboveTheLimits_ResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync(options: new GrpcServerOptions { MaxReceiveMessageSize = 1000 });
        using var small = server.CreateChannel(new GrpcChannelOptions { MaxSendMessageSize = 100, MaxReceiveMessageSize = 50 });
        using var channel = server.CreateChannel();

        Assert.Equal(GrpcStatusCode.ResourceExhausted, await CodeAsync(small, 200));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, await CodeAsync(small, 60));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, await CodeAsync(channel, 2_000_000));
        Assert.Equal(GrpcStatusCode.Ok, await CodeAsync(small, 10));
    }

    private static async Task<GrpcStatusCode> CodeAsync(GrpcChannel channel, int size)
    {
        try
        {
            await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text(new string('x', size)), cancellationToken: Token);
            return GrpcStatusCode.Ok;
        }
        catch (GrpcException exception)
        {
            return exception.Code;
        }
    }

    private static HttpRequestMessage Request(EchoServer server, string path, byte[] body, string contentType = "application/grpc") =>
        new(HttpMethod.Post, new Uri(server.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        };

    private static async Task<HttpResponseMessage> PostAsync(EchoServer server, string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = Request(server, path, body);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request, Token);
        await response.Content.LoadIntoBufferAsync(Token);
        return response;
    }

    private static async Task<string?> StatusAsync(HttpResponseMessage response)
    {
        await response.Content.LoadIntoBufferAsync(Token);
        return response.TrailingHeaders.TryGetValues("grpc-status", out var values) || response.Headers.TryGetValues("grpc-status", out values)
            ? values.Single()
            : null;
    }

    private static byte[] GzipFrame(byte[] message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(message);
        }

        var body = compressed.ToArray();
        byte[] frame = [1, (byte)(body.Length >> 24), (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
        return frame;
    }
}
