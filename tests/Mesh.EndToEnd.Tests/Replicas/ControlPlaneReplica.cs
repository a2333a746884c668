using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.Testing.Connections;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Replicas;

/// <summary>One control plane as a process of its own, on ports that it keeps over its deaths.</summary>
internal sealed class ControlPlaneReplica : IAsyncDisposable
{
    private const int MaxStarts = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _connection;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mesh-replica-");
    private readonly ReservedPort _xdsPort = new();
    private readonly ReservedPort _httpPort = new();
    private PeerProcess? _process;

    public ControlPlaneReplica(string connection) => _connection = connection;

    public Uri Xds => _xdsPort.Address;

    public Uri Http => _httpPort.Address;

    /// <summary>Starts it, and again when it ends before it is ready, as a supervisor does: the database may go away while it starts.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _process = PeerProcess.Start(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "Mesh.ControlPlane.dll"), "--store", "postgres", "--json", "--exit-with-parent", "--state", _state.FullName,
                    "--xds-port", $"{_xdsPort.Number}", "--http-port", $"{_httpPort.Number}", "--secure-port", "0",
                ],
                [new("MESH_CONNECTION", _connection)]);
            try
            {
                await _process.WaitForAsync("{", Limit, cancellationToken);
                return;
            }
            catch (InvalidOperationException) when (attempt < MaxStarts)
            {
                await _process.DisposeAsync();
            }
        }
    }

    /// <summary>Ends it as a loss of power would, and starts it again.</summary>
    public async Task KillAndRestartAsync(CancellationToken cancellationToken)
    {
        Signals.Send("KILL", _process!.Id);
        await _process.DisposeAsync();
        await StartAsync(cancellationToken);
    }

    public string Describe() => _process?.Describe() ?? "not started";

    public async ValueTask DisposeAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _xdsPort.Dispose();
        _httpPort.Dispose();
        _state.Delete(recursive: true);
    }
}
