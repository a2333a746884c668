using System.Text.Json;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>A client of gRPC's own library, outside the mesh.</summary>
internal sealed class GrpcCaller : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private GrpcCaller(PeerProcess process) => _process = process;

    public static async Task<GrpcCaller> StartAsync(Uri target, string service, CancellationToken cancellationToken)
    {
        var process = PeerProcess.StartPython("grpc_caller.py", [target.Authority, service]);
        await process.WaitForAsync("READY", cancellationToken: cancellationToken);
        return new GrpcCaller(process);
    }

    /// <param name="call">How the call is named later.</param>
    /// <param name="method">The method.</param>
    /// <param name="streams">Whether it is a server streaming method, else a unary one.</param>
    /// <param name="value">The text to send.</param>
    /// <param name="timeout">The deadline from now; null for none.</param>
    /// <param name="cancellationToken">Ends the writing of the order.</param>
    public Task BeginAsync(string call, string method, bool streams, string value, TimeSpan? timeout, CancellationToken cancellationToken) =>
        _process.SendLineAsync(
            JsonSerializer.Serialize(new { call, method, kind = streams ? "server_stream" : "unary", value, timeout = timeout?.TotalSeconds }),
            cancellationToken);

    public Task CancelAsync(string call, CancellationToken cancellationToken) =>
        _process.SendLineAsync(JsonSerializer.Serialize(new { cancel = call }), cancellationToken);

    /// <summary>The text of the next message.</summary>
    public async Task<string> MessageAsync(CancellationToken cancellationToken) =>
        Parse(await _process.WaitForAsync("MESSAGE ", cancellationToken: cancellationToken)).GetProperty("value").GetString()!;

    /// <summary>The name of the status with which the next call ends, e.g. <c>DEADLINE_EXCEEDED</c>.</summary>
    public async Task<string> StatusAsync(CancellationToken cancellationToken) =>
        Parse(await _process.WaitForAsync("STATUS ", cancellationToken: cancellationToken)).GetProperty("code").GetString()!;

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
