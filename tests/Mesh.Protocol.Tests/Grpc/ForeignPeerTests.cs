using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Grpc.Metadata;
using Mesh.Testing.Peers;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>gRPC's C core (python3-grpcio) and @grpc/grpc-js against our server and our client.</summary>
public sealed class ForeignPeerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 90_000)]
    [InlineData("python")]
    [InlineData("node")]
    public async Task Server_ForeignClient_AllCallsAsExpected(string peer)
    {
        Require(peer);
        await using var server = await EchoServer.StartAsync();
        await using var client = StartPeer(peer, "echo_client", $"{server.Address.Host}:{server.Address.Port}");

        await client.WaitForExitAsync(timeout: TimeSpan.FromSeconds(60), cancellationToken: Token);

        Assert.Contains("OK gzip bidi", client.Lines);
        await server.HangCancelled.Task.WaitAsync(Token);
    }

    [Theory(Timeout = 90_000)]
    [InlineData("python", "")]
    [InlineData("python", "--gzip")]
    [InlineData("node", "")]
    [InlineData("node", "--gzip")]
    public async Task Client_ForeignServer_AllKindsOfCalls(string peer, string argument)
    {
        Require(peer);
        await using var server = StartPeer(peer, "echo_server", argument);
        using var channel = await ConnectAsync(server);

        var unary = await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text(new string('x', 100_000)), cancellationToken: Token);
        var agent = await server.WaitForAsync("USER-AGENT ", cancellationToken: Token);

        Assert.Equal(100_005, unary.Value.Length);
        Assert.StartsWith("grpc-mesh-dotnet/", agent, StringComparison.Ordinal);
        Assert.Equal(Numbers(500), await ExchangeAsync(channel, EchoMethods.ServerStream, "500"));
        Assert.Equal(["a,b,c"], await ExchangeAsync(channel, EchoMethods.ClientStream, "a", "b", "c"));
        Assert.Equal(Numbers(500).Select(i => "echo:" + i), await ExchangeAsync(channel, EchoMethods.Bidi, [.. Numbers(500)]));
    }

    [Theory(Timeout = 90_000)]
    [InlineData("python")]
    [InlineData("node")]
    public async Task Client_ForeignServer_StatusesAndMetadata(string peer)
    {
        Require(peer);
        await using var server = StartPeer(peer, "echo_server");
        using var channel = await ConnectAsync(server);
        for (var code = 1; code <= 16; code++)
        {
            var text = $"reason {code}: 100% ü\n😀";
            var failure = await Assert.ThrowsAsync<GrpcException>(
                () => channel.UnaryAsync(EchoMethods.Fail, EchoMethods.Text($"{code} {text}"), cancellationToken: Token));
            Assert.Equal((code, text), ((int)failure.Code, failure.Detail));
        }

        var missing = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(EchoMethods.Method("Missing"), EchoMethods.Text(""), cancellationToken: Token));
        Assert.Equal(GrpcStatusCode.Unimplemented, missing.Code);

        byte[] binary = [0, 1, 254, 255];
        await using var call = channel.Start(
            EchoMethods.Unary, new GrpcCallOptions { Headers = [new("x-echo-bin", BinaryMetadata.Encode(binary))] }, Token);
        await call.WriteAsync(EchoMethods.Text(""), Token);
        await call.CompleteAsync();
        Assert.NotNull(await call.ReadAsync(Token));
        Assert.Null(await call.ReadAsync(Token));
        foreach (var fields in new[] { await call.ResponseHeadersAsync, call.Trailers! })
        {
            Assert.True(BinaryMetadata.TryDecode(fields.GetValues("x-echo-bin").Single(), out var echoed));
            Assert.Equal(binary, echoed);
        }
    }

    [Theory(Timeout = 90_000)]
    [InlineData("python")]
    [InlineData("node")]
    public async Task Client_ForeignServer_DeadlineAndCancellationReachIt(string peer)
    {
        Require(peer);
        await using var server = StartPeer(peer, "echo_server");
        using var channel = await ConnectAsync(server);

        // Connected before the deadline runs, so that the call surely reaches the server.
        await channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text(""), cancellationToken: Token);
        var timeout = new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(2) };
        await using (var late = channel.Start(EchoMethods.Hang, timeout, Token))
        {
            await server.WaitForAsync("HANG", cancellationToken: Token);
            var failure = await Assert.ThrowsAsync<GrpcException>(async () => await late.ReadAsync(Token));
            Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        }

        await server.WaitForAsync("ENDED", cancellationToken: Token);
        await using (var open = channel.Start(EchoMethods.Hang, cancellationToken: Token))
        {
            await open.WriteAsync(EchoMethods.Text("x"), Token);
            await server.WaitForAsync("HANG", cancellationToken: Token);
        }

        await server.WaitForAsync("ENDED", cancellationToken: Token);
    }

    [Fact(Timeout = 90_000)]
    public async Task ReadAsync_ForeignServerIsKilled_Unavailable()
    {
        Require("python");
        await using var server = StartPeer("python", "echo_server");
        using var channel = await ConnectAsync(server);
        await using var call = channel.Start(EchoMethods.Bidi, cancellationToken: Token);
        await call.WriteAsync(EchoMethods.Text("1"), Token);
        Assert.NotNull(await call.ReadAsync(Token));

        await server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Token));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
    }

    private static void Require(string peer) => (peer == "python" ? Peer.PythonGrpc : Peer.NodeGrpcXds).Require();

    private static PeerProcess StartPeer(string peer, string script, params string[] arguments) =>
        peer == "python" ? PeerProcess.StartPython(script + ".py", arguments) : PeerProcess.StartNode(script + ".js", arguments);

    private static async Task<GrpcChannel> ConnectAsync(PeerProcess server)
    {
        var port = await server.WaitForAsync("LISTENING ", cancellationToken: Token);
        return new GrpcChannel(new Uri($"http://127.0.0.1:{port}"));
    }

    private static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(i => $"{i}");

    private static async Task<List<string>> ExchangeAsync(
        GrpcChannel channel, GrpcMethod<StringValue, StringValue> method, params string[] requests)
    {
        await using var call = channel.Start(method, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, Token);
        var writing = WriteAllAsync();
        var answers = new List<string>();
        while (await call.ReadAsync(Token) is { } message)
        {
            answers.Add(message.Value);
        }

        await writing;
        return answers;

        async Task WriteAllAsync()
        {
            foreach (var request in requests)
            {
                await call.WriteAsync(EchoMethods.Text(request), Token);
            }

            await call.CompleteAsync();
        }
    }
}
