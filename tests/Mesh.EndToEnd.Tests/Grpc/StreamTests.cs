using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>Streams of every kind to servers of gRPC's own library: whole, unhurried, and counted to their end.</summary>
public sealed class StreamTests : IAsyncDisposable
{
    private const string NoRetries = "retries: { attempts: 0 }";

    private LeafMesh? _mesh;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _mesh?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact(Timeout = 60_000)]
    public async Task ServerStream_WithoutATimeout_IsWholeAndHasNoDeadline()
    {
        var channel = await StartAsync(["leaf"]);
        await using var call = await BeginAsync(channel, "ServerStream", "5000");

        var texts = await ReadAllAsync(call);

        Assert.Equal(Enumerable.Range(0, 5000).Select(number => string.Create(CultureInfo.InvariantCulture, $"leaf:{number}")), texts);
        Assert.Equal("leaf", Assert.Single(call.Trailers!.GetValues("x-leaf")));
        Assert.Null((await _mesh!.NextAsync("BEGAN", Cancellation)).Remaining);
    }

    [Fact(Timeout = 60_000)]
    public async Task ClientStream_OfManyMessages_IsWhole()
    {
        var channel = await StartAsync(["leaf"]);
        await using var call = channel.Start(LeafMesh.Method("ClientStream"), cancellationToken: Cancellation);
        var texts = Enumerable.Range(0, 2000).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        foreach (var text in texts)
        {
            await call.WriteAsync(new StringValue { Value = text }, Cancellation);
        }

        await call.CompleteAsync();

        Assert.Equal($"leaf:{string.Join(',', texts)}", Assert.Single(await ReadAllAsync(call)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Bidi_InTurns_AnswersEachMessageBeforeTheNext()
    {
        var channel = await StartAsync(["leaf"]);
        await using var call = channel.Start(LeafMesh.Method("Bidi"), cancellationToken: Cancellation);
        for (var turn = 0; turn < 200; turn++)
        {
            var text = turn.ToString(CultureInfo.InvariantCulture);
            await call.WriteAsync(new StringValue { Value = text }, Cancellation);
            Assert.Equal($"leaf:{text}", (await call.ReadAsync(Cancellation))!.Value);
        }

        await call.CompleteAsync();
        Assert.Null(await call.ReadAsync(Cancellation));
        Assert.Empty(await _mesh!.EventsAsync("ENDED", Cancellation));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Hang")]
    [InlineData("HangAfterOne")]
    public async Task RouteTimeout_Passes_EndsTheStreamWithDeadlineExceeded(string method)
    {
        var channel = await StartAsync(["leaf"], $"timeout: 1s, {NoRetries}");
        await using var call = await BeginAsync(channel, method, "");

        var failure = await Assert.ThrowsAsync<GrpcException>(() => ReadAllAsync(call));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Code);
        Assert.InRange((await _mesh!.NextAsync("BEGAN", Cancellation)).Remaining!.Value, 0.001, 1);
        await _mesh.NextAsync("ENDED", Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task DisposedStream_EndsTheCallOfTheServer()
    {
        var channel = await StartAsync(["leaf"]);
        var call = await BeginAsync(channel, "HangAfterOne", "");
        Assert.Equal("leaf:0", (await call.ReadAsync(Cancellation))!.Value);

        await call.DisposeAsync();

        Assert.Equal("HangAfterOne", (await _mesh!.NextAsync("ENDED", Cancellation)).Method);
    }

    [Fact(Timeout = 60_000)]
    public async Task OutlierDetection_CountsTheStatusInTheTrailers()
    {
        var channel = await StartAsync(["a", "b"], NoRetries, "outlierDetection: { consecutiveGatewayErrors: 3, interval: 60s, baseEjectionTime: 60s, maxEjectionPercent: 100 }");

        // What says nothing bad of a server does not count against it.
        Assert.InRange(await FailAsync(channel, "FAILED_PRECONDITION", calls: 40), 4, 40);
        Assert.DoesNotContain(_mesh!.Mesh.Logs.Entries, entry => entry.EventName == "EndpointEjected");

        Assert.Equal(3, await FailAsync(channel, "UNAVAILABLE", calls: 60));
        Assert.Contains(_mesh.Mesh.Logs.Entries, entry => entry.EventName == "EndpointEjected" && entry.Message.Contains("Gateway", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task LeastRequest_CountsAStreamUntilItsEnd()
    {
        const int Calls = 300;
        var channel = await StartAsync(["a", "b"], "", "loadBalancer: { simple: LEAST_REQUEST }");
        var stream = await BeginAsync(channel, "HangAfterOne", "");
        await stream.ReadAsync(Cancellation);
        var busy = (await _mesh!.NextAsync("BEGAN", Cancellation)).Server;

        // Two choices that may be the same: a quarter of the calls, where half would be blind to the stream.
        Assert.InRange(await CountAsync(channel, busy, Calls), 0, Calls * 3 / 8);

        await stream.DisposeAsync();
        await _mesh.NextAsync("ENDED", Cancellation);
        Assert.InRange(await CountAsync(channel, busy, Calls), Calls * 3 / 8, Calls * 5 / 8);
    }

    private static async Task<GrpcCall<StringValue, StringValue>> BeginAsync(GrpcChannel channel, string method, string text, params KeyValuePair<string, string>[] metadata)
    {
        var call = channel.Start(LeafMesh.Method(method), new GrpcCallOptions { Headers = metadata }, Cancellation);
        await call.WriteAsync(new StringValue { Value = text }, Cancellation);
        await call.CompleteAsync();
        return call;
    }

    private static async Task<List<string>> ReadAllAsync(GrpcCall<StringValue, StringValue> call)
    {
        var texts = new List<string>();
        while (await call.ReadAsync(Cancellation) is { } message)
        {
            texts.Add(message.Value);
        }

        return texts;
    }

    private async Task<GrpcChannel> StartAsync(string[] names, string rule = "", string policy = "")
    {
        _mesh = await LeafMesh.StartAsync(names, rule, policy, Cancellation);
        return await _mesh.StartClientAsync(Cancellation);
    }

    /// <summary>How many calls failed; server a fails each after a message.</summary>
    private static async Task<int> FailAsync(GrpcChannel channel, string status, int calls)
    {
        var failures = 0;
        for (; calls > 0; calls--)
        {
            await using var call = await BeginAsync(channel, "ServerStream", "2", new("x-fail", status), new("x-fail-on", "a"), new("x-fail-after", "1"));
            Assert.NotNull(await call.ReadAsync(Cancellation));
            try
            {
                await ReadAllAsync(call);
            }
            catch (GrpcException)
            {
                failures++;
            }
        }

        return failures;
    }

    private async Task<int> CountAsync(GrpcChannel channel, string server, int calls)
    {
        await _mesh!.CountAsync(Cancellation);
        for (var call = 0; call < calls; call++)
        {
            await channel.UnaryAsync(LeafMesh.Method("Unary"), new StringValue(), cancellationToken: Cancellation);
        }

        return (await _mesh.CountAsync(Cancellation)).GetValueOrDefault(server);
    }
}
