using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>Retries as a server of gRPC's own library sees them (gRFC A6), and what is left of its answers for the caller.</summary>
public sealed class RetryTests : IAsyncDisposable
{
    private const string Rule = "retries: { attempts: 3, retryOn: unavailable }";

    // The text of the binary metadata: "leaf", 0x00, 0xff.
    private const string LeafBin = "bGVhZgD/";

    private static readonly Uri Unary = new(LeafMesh.Address, "/mesh.test.Leaf/Unary");

    private LeafMesh? _mesh;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _mesh?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact(Timeout = 60_000)]
    public async Task Unary_FailsTwiceBeforeAMessage_IsRepeatedAndItsMetadataIsIntact()
    {
        var call = await CallAsync(("x-fail", "UNAVAILABLE"), ("x-fail-times", "2"));

        Assert.Equal((GrpcStatusCode.Ok, "leaf:hello"), (call.Status, call.Text));
        Assert.Equal("leaf", Assert.Single(call.Headers.GetValues("x-leaf")));
        Assert.Equal(("leaf", LeafBin), (call.Trailing("x-leaf"), call.Trailing("x-leaf-bin")));

        // grpc-previous-rpc-attempts, as the server read it.
        Assert.Equal([0, 1, 2], (await _mesh!.EventsAsync("BEGAN", Cancellation)).Select(began => began.Previous));
    }

    [Fact(Timeout = 60_000)]
    public async Task Unary_FailsAlways_ComesToTheLastFailureWithItsMetadata()
    {
        var call = await CallAsync(("x-fail", "UNAVAILABLE"));

        Assert.Equal(GrpcStatusCode.Unavailable, call.Status);
        Assert.True(call.IsTrailersOnly);
        Assert.Equal("as told: leaf", call.Trailing("grpc-message"));
        Assert.Equal(("leaf", LeafBin), (call.Trailing("x-leaf"), call.Trailing("x-leaf-bin")));
        Assert.Equal([0, 1, 2, 3], (await _mesh!.EventsAsync("BEGAN", Cancellation)).Select(began => began.Previous));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("INTERNAL")]
    [InlineData("DEADLINE_EXCEEDED")]
    [InlineData("NOT_FOUND")]
    public async Task Unary_FailsWithAStatusThatThePolicyDoesNotName_IsNotRepeated(string status)
    {
        var call = await CallAsync(("x-fail", status), ("x-fail-times", "1"));

        Assert.Equal(status.Replace("_", "", StringComparison.Ordinal), $"{call.Status}", ignoreCase: true);
        Assert.Single(await _mesh!.EventsAsync("BEGAN", Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task Pushback_IsWaitedFor()
    {
        var start = Stopwatch.GetTimestamp();

        var call = await CallAsync(("x-fail", "UNAVAILABLE"), ("x-fail-times", "1"), ("x-pushback", "700"));

        Assert.Equal(GrpcStatusCode.Ok, call.Status);
        Assert.Equal([0, 1], (await _mesh!.EventsAsync("BEGAN", Cancellation)).Select(began => began.Previous));

        // Never earlier; the backoff alone is at most 25 ms. How much later is nobody's promise.
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(690));
    }

    [Fact(Timeout = 60_000)]
    public async Task E05_NegativePushback_ForbidsRetries()
    {
        var call = await CallAsync(("x-fail", "UNAVAILABLE"), ("x-fail-times", "1"), ("x-pushback", "-1"));

        Assert.Equal(GrpcStatusCode.Unavailable, call.Status);
        Assert.Equal("-1", call.Trailing("grpc-retry-pushback-ms"));
        Assert.Single(await _mesh!.EventsAsync("BEGAN", Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task ServerStream_FailsBeforeAMessage_IsRepeated()
    {
        var invoker = await StartAsync();
        var stream = new Uri(LeafMesh.Address, "/mesh.test.Leaf/ServerStream");

        var call = await UnaryCall.SendAsync(invoker, stream, "1", Metadata([("x-fail", "UNAVAILABLE"), ("x-fail-times", "2")]), Cancellation);

        Assert.Equal((GrpcStatusCode.Ok, "leaf:0"), (call.Status, call.Text));
        Assert.Equal("leaf", call.Trailing("x-leaf"));
        Assert.Equal([0, 1, 2], (await _mesh!.EventsAsync("BEGAN", Cancellation)).Select(began => began.Previous));
    }

    [Fact(Timeout = 60_000)]
    public async Task ServerStream_FailsAfterAMessage_EndsWithTheServersStatus()
    {
        await using var call = await BeginAsync("ServerStream", ("x-fail", "UNAVAILABLE"), ("x-fail-after", "1"));
        await call.WriteAsync(new StringValue { Value = "5" }, Cancellation);
        await call.CompleteAsync();

        Assert.Equal("leaf:0", (await call.ReadAsync(Cancellation))!.Value);
        var failure = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync(Cancellation).AsTask());

        Assert.Equal((GrpcStatusCode.Unavailable, "as told: leaf"), (failure.Code, failure.Detail));
        Assert.Equal("leaf", Assert.Single(call.Trailers!.GetValues("x-leaf")));
        Assert.Single(await _mesh!.EventsAsync("BEGAN", Cancellation));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ClientStream")]
    [InlineData("Bidi")]
    public async Task OpenRequestStream_FailsAfterItsFirstMessage_IsNeverReplayed(string method)
    {
        await using var call = await BeginAsync(method, ("x-fail", "UNAVAILABLE"), ("x-fail-times", "1"), ("x-fail-after", "1"));
        await call.WriteAsync(new StringValue { Value = "a" }, Cancellation);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => ReadAllAsync(call));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Single(await _mesh!.EventsAsync("BEGAN", Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task WholeRequestStream_BeyondTheBuffer_IsNeverReplayed()
    {
        await using var call = await BeginAsync("ClientStream", ("x-fail", "UNAVAILABLE"), ("x-fail-times", "1"), ("x-fail-after", "3"));
        for (var message = 0; message < 3; message++)
        {
            await call.WriteAsync(new StringValue { Value = new string('a', 30_000) }, Cancellation);
        }

        await call.CompleteAsync();
        var failure = await Assert.ThrowsAsync<GrpcException>(() => ReadAllAsync(call));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Single(await _mesh!.EventsAsync("BEGAN", Cancellation));
    }

    private static async Task ReadAllAsync(GrpcCall<StringValue, StringValue> call)
    {
        while (await call.ReadAsync(Cancellation) is not null)
        {
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata((string Key, string Value)[] metadata) =>
        metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value));

    private async Task<HttpMessageInvoker> StartAsync()
    {
        _mesh = await LeafMesh.StartAsync(["leaf"], Rule, "", Cancellation);
        return _mesh.Invoke(await _mesh.Mesh.StartClientAsync("caller", Cancellation));
    }

    private async Task<UnaryCall> CallAsync(params (string Key, string Value)[] metadata) =>
        await UnaryCall.SendAsync(await StartAsync(), Unary, "hello", Metadata(metadata), Cancellation);

    private async Task<GrpcCall<StringValue, StringValue>> BeginAsync(string method, params (string Key, string Value)[] metadata)
    {
        var channel = new GrpcChannel(LeafMesh.Address, await StartAsync());
        return channel.Start(LeafMesh.Method(method), new GrpcCallOptions { Headers = [.. Metadata(metadata)] }, Cancellation);
    }
}
