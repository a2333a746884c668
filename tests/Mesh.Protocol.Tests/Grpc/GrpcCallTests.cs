using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>Our client against our server, over real HTTP/2: the four kinds of calls, metadata, cancellation.</summary>
public sealed class GrpcCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_Served_ReturnsTheAnswer()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();

        var answer = await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text("hello"), cancellationToken: Token);

        Assert.Equal("echo:hello", answer.Value);
    }

    [Fact(Timeout = 20_000)]
    public async Task Start_ServerStream_DeliversAllMessagesThenNull()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.ServerStream, cancellationToken: Token);

        await call.WriteAsync(EchoMethods.Text("1000"), Token);
        await call.CompleteAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), await ReadAllAsync(call));
        Assert.Equal("0", call.Trailers!.GetValues("grpc-status").Single());
        Assert.Null(await call.ReadAsync(Token));
    }

    [Fact(Timeout = 20_000)]
    public async Task Start_ClientStream_DeliversAllMessages()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.ClientStream, cancellationToken: Token);

        foreach (var text in (string[])["a", "", "c"])
        {
            await call.WriteAsync(EchoMethods.Text(text), Token);
        }

        await call.CompleteAsync();

        Assert.Equal(["a,,c"], await ReadAllAsync(call));
    }

    [Fact(Timeout = 20_000)]
    public async Task Start_Bidi_AnswersEachMessageWhileTheRequestIsOpen()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.Bidi, cancellationToken: Token);

        for (var i = 0; i < 100; i++)
        {
            await call.WriteAsync(EchoMethods.Text($"{i}"), Token);
            Assert.Equal($"echo:{i}", (await call.ReadAsync(Token))!.Value);
        }

        await call.CompleteAsync();
        Assert.Null(await call.ReadAsync(Token));
    }

    [Fact(Timeout = 20_000)]
    public async Task Start_WritesAndReadsAtOnce_KeepTheOrder()
    {
        const int Count = 5000;
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.Bidi, cancellationToken: Token);

        var writing = WriteManyAsync(call, Count);
        var read = await ReadAllAsync(call);
        await writing;

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"echo:{i}"), read);
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_ManyAtOnce_AllAnswered()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();

        // More than the 100 streams that Kestrel allows on a connection: further connections are opened.
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(
            i => channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text($"{i}"), cancellationToken: Token)));

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"echo:{i}"), answers.Select(answer => answer.Value));
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_MessageLargerThanTheWindows_PassesBothWays()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        var text = new string('x', 3 * 1024 * 1024);

        var answer = await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text(text), cancellationToken: Token);

        Assert.Equal("echo:".Length + text.Length, answer.Value.Length);
    }

    [Fact(Timeout = 20_000)]
    public async Task Start_Metadata_ComesBackInHeadersAndTrailers()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        byte[] binary = [0, 1, 254, 255];
        var options = new GrpcCallOptions { Headers = [new("x-echo", "plain"), new("x-echo-bin", BinaryMetadata.Encode(binary))] };
        await using var call = channel.Start(EchoMethods.Unary, options, Token);

        await call.WriteAsync(EchoMethods.Text(""), Token);
        await call.CompleteAsync();
        await ReadAllAsync(call);

        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("plain", headers.GetValues("x-echo").Single());
        Assert.Equal("plain", call.Trailers!.GetValues("x-echo").Single());
        Assert.True(BinaryMetadata.TryDecode(call.Trailers.GetValues("x-echo-bin").Single(), out var decoded));
        Assert.Equal(binary, decoded);
    }

    [Theory(Timeout = 20_000)]
    [InlineData((int)GrpcStatusCode.NotFound, "no such thing: 100% gone\nüñ😀")]
    [InlineData((int)GrpcStatusCode.Unauthenticated, "")]
    public async Task UnaryAsync_HandlerThrowsGrpcException_ThrowsTheSame(int code, string detail)
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();

        var exception = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(EchoMethods.Fail, EchoMethods.Text($"{code} {detail}"), cancellationToken: Token));

        Assert.Equal((code, detail), ((int)exception.Code, exception.Detail));
    }

    [Fact(Timeout = 20_000)]
    public async Task ReadAsync_TrailersOnly_GivesTheTrailers()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.Fail, cancellationToken: Token);
        await call.WriteAsync(EchoMethods.Text("5 gone"), Token);
        await call.CompleteAsync();

        await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Token));

        Assert.Equal("asked for", call.Trailers!.GetValues("x-reason").Single());
    }

    [Fact(Timeout = 20_000)]
    public async Task DisposeAsync_CallOpen_CancelsTheServersSide()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        var call = channel.Start(EchoMethods.Hang, cancellationToken: Token);
        await call.ResponseHeadersAsync;

        await call.DisposeAsync();

        await server.HangCancelled.Task.WaitAsync(Token);
    }

    [Fact(Timeout = 20_000)]
    public async Task DisposeAsync_BeforeTheAnswer_NeverHangs()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        for (var i = 0; i < 200; i++)
        {
            var call = channel.Start(EchoMethods.Bidi, cancellationToken: Token);
            await call.WriteAsync(EchoMethods.Text("x"), Token);
            await call.DisposeAsync();
        }

        Assert.Equal("echo:x", (await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text("x"), cancellationToken: Token)).Value);
    }

    [Fact(Timeout = 20_000)]
    public async Task ReadAsync_CallerCancels_ThrowsAndCancelsTheServersSide()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var call = channel.Start(EchoMethods.Hang, cancellationToken: cancel.Token);
        await call.ResponseHeadersAsync;
        var reading = call.ReadAsync(Token).AsTask();

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        await server.HangCancelled.Task.WaitAsync(Token);
    }

    [Fact(Timeout = 20_000)]
    public async Task ReadAsync_OnlyTheReadIsCancelled_TheCallGoesOn()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.Bidi, cancellationToken: Token);
        await call.WriteAsync(EchoMethods.Text("1"), Token);
        Assert.Equal("echo:1", (await call.ReadAsync(Token))!.Value);
        using (var cancel = new CancellationTokenSource())
        {
            var reading = call.ReadAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        await call.WriteAsync(EchoMethods.Text("2"), Token);

        Assert.Equal("echo:2", (await call.ReadAsync(Token))!.Value);
    }

    private static async Task WriteManyAsync(GrpcCall<StringValue, StringValue> call, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await call.WriteAsync(EchoMethods.Text($"{i}"), Token);
        }

        await call.CompleteAsync();
    }

    private static async Task<List<string>> ReadAllAsync(GrpcCall<StringValue, StringValue> call)
    {
        var texts = new List<string>();
        while (await call.ReadAsync(Token) is { } message)
        {
            texts.Add(message.Value);
        }

        return texts;
    }
}
