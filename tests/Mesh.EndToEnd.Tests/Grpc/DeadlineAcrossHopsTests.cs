using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Builder;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>A client of gRPC's own library calls a service of the mesh, which calls a server of gRPC's own library: time and the caller's presence reach the last one.</summary>
public sealed class DeadlineAcrossHopsTests : IAsyncLifetime
{
    private const string Middle = "mesh.test.Middle";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(600);

    private LeafMesh _mesh = null!;
    private GrpcCaller _caller = null!;
    private GrpcChannel _leaf = null!;

    // Of the last call: grpcio gives it up to a tenth of a second more than it was asked for.
    private TimeSpan? _told;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await LeafMesh.StartAsync(["leaf"], "", "", Cancellation, """
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: middle }
            spec:
              selector: { app: middle }
              ports: [ { port: 80, name: grpc } ]
            """);
        var middle = await _mesh.Mesh.StartServiceAsync("middle", "v1", Map, Cancellation, new KeyValuePair<string, string?>("Kestrel:EndpointDefaults:Protocols", "Http2"));
        _leaf = _mesh.Open(middle.App);
        _caller = await GrpcCaller.StartAsync(new Uri(middle.App.Urls.Single()), Middle, Cancellation);

        // Names are looked up and connections opened before it counts.
        await _caller.BeginAsync("warm", "Pass", streams: false, "Unary", timeout: null, Cancellation);
        Assert.Equal("OK", await _caller.StatusAsync(Cancellation));
        Assert.Null((await _mesh.NextAsync("BEGAN", Cancellation)).Remaining);
    }

    public async ValueTask DisposeAsync()
    {
        if (_caller is not null)
        {
            await _caller.DisposeAsync();
        }

        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Unary", false)]
    [InlineData("Unary 600", false)]
    [InlineData("ServerStream", true)]
    [InlineData("ServerStream 600", true)]
    public async Task NestedCall_WithoutADeadlineOrALargerOne_HasWhatTheCallerHasLeft(string order, bool streams)
    {
        await _caller.BeginAsync("a", streams ? "PassAll" : "Pass", streams, order, TimeSpan.FromSeconds(30), Cancellation);

        Assert.Equal("OK", await _caller.StatusAsync(Cancellation));
        Assert.InRange(_told!.Value.TotalSeconds, 0.001, 31);
        Assert.InRange((await _mesh.NextAsync("BEGAN", Cancellation)).Remaining!.Value, 0.001, _told.Value.TotalSeconds);
    }

    [Fact(Timeout = 60_000)]
    public async Task NestedCall_WithASmallerDeadline_KeepsIt()
    {
        await _caller.BeginAsync("a", "Pass", streams: false, "Unary 20", Long, Cancellation);

        Assert.Equal("OK", await _caller.StatusAsync(Cancellation));
        Assert.InRange((await _mesh.NextAsync("BEGAN", Cancellation)).Remaining!.Value, 0.001, 20);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Pass", "Hang", false)]
    [InlineData("Pass", "Hang 600", false)]
    [InlineData("PassAll", "Hang", true)]
    [InlineData("PassAll", "HangAfterOne", true)]
    [InlineData("PassAll", "HangAfterOne 600", true)]
    public async Task CallersDeadline_Passes_EndsTheLeaf(string method, string order, bool streams)
    {
        await _caller.BeginAsync("a", method, streams, order, TimeSpan.FromSeconds(1), Cancellation);

        Assert.Equal("DEADLINE_EXCEEDED", await _caller.StatusAsync(Cancellation));
        Assert.Equal(order.Split(' ')[0], (await _mesh.NextAsync("ENDED", Cancellation)).Method);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Pass", "Hang", false)]
    [InlineData("PassAll", "Hang", true)]
    [InlineData("PassAll", "HangAfterOne", true)]
    [InlineData("PassAll", "HangAfterOne 600", true)]
    public async Task Caller_Cancels_EndsTheLeaf(string method, string order, bool streams)
    {
        await _caller.BeginAsync("a", method, streams, order, timeout: null, Cancellation);
        await _mesh.NextAsync("BEGAN", Cancellation);
        if (order.StartsWith("HangAfterOne", StringComparison.Ordinal))
        {
            await _caller.MessageAsync(Cancellation);
        }

        await _caller.CancelAsync("a", Cancellation);

        Assert.Equal("CANCELLED", await _caller.StatusAsync(Cancellation));
        Assert.Equal(order.Split(' ')[0], (await _mesh.NextAsync("ENDED", Cancellation)).Method);
    }

    private static GrpcMethod<StringValue, StringValue> Method(string name) => new(Middle, name, StringValue.Parser, StringValue.Parser);

    private void Map(WebApplication app)
    {
        app.MapGrpcUnary(Method("Pass"), (order, inbound) => CallAsync(order.Value, inbound.Timeout));
        app.MapGrpc(Method("PassAll"), PassAllAsync);
    }

    // As applications write it: neither the caller's token nor his deadline is passed on.
    private Task<StringValue> CallAsync(string order, TimeSpan? told)
    {
        _told = told;
        var (method, options) = Read(order);
        return _leaf.UnaryAsync(LeafMesh.Method(method), new StringValue { Value = "1" }, options, CancellationToken.None);
    }

    private async Task PassAllAsync(GrpcServerCall<StringValue, StringValue> inbound)
    {
        _told = inbound.Timeout;
        var (method, options) = Read((await inbound.ReadAsync(Cancellation))!.Value);
        await using var call = _leaf.Start(LeafMesh.Method(method), options, CancellationToken.None);
        await call.WriteAsync(new StringValue { Value = "3" });
        await call.CompleteAsync();
        while (await call.ReadAsync() is { } message)
        {
            await inbound.WriteAsync(message);
        }
    }

    /// <summary>A method of the leaf and perhaps the seconds that the application gives the call.</summary>
    private static (string Method, GrpcCallOptions? Options) Read(string order)
    {
        var words = order.Split(' ');
        return (words[0], words.Length > 1 ? new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(int.Parse(words[1], null)) } : null);
    }
}
