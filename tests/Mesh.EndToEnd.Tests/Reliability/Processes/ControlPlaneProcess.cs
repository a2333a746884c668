using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>A control plane over a folder as a process of its own, on ports that it keeps over its deaths.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mesh-process-");
    private readonly NetworkNamespace? _within;
    private PeerProcess? _process;
    private int _xdsPort;
    private int _httpPort;

    private ControlPlaneProcess(NetworkNamespace? within) => _within = within;

    public Uri Xds => new($"http://127.0.0.1:{_xdsPort}");

    public Uri Http => new($"http://127.0.0.1:{_httpPort}");

    public int XdsPort => _xdsPort;

    public string ConfigFolder => Path.Combine(_root.FullName, "config");

    public string StateFolder => Path.Combine(_root.FullName, "state");

    /// <param name="resources">YAML.</param>
    /// <param name="within">A network namespace; null for that of the test.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ControlPlaneProcess> StartAsync(string resources, NetworkNamespace? within, CancellationToken cancellationToken)
    {
        var process = new ControlPlaneProcess(within);
        Directory.CreateDirectory(process.ConfigFolder);
        process.Write("mesh.yaml", resources);
        await process.StartAsync(cancellationToken);
        return process;
    }

    /// <summary>Writes a file of the configuration as an editor does.</summary>
    public void Write(string name, string resources)
    {
        var path = Path.Combine(ConfigFolder, name);
        File.WriteAllText(path + "~", resources);
        File.Move(path + "~", path, overwrite: true);
    }

    /// <summary>Starts it, on the ports it had before if it ran before.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Mesh.ControlPlane.dll"), "--json", "--exit-with-parent", "--config", ConfigFolder, "--state", StateFolder,
            "--xds-port", $"{_xdsPort}", "--http-port", $"{_httpPort}", "--secure-port", "0",
        ];
        _process = _within is null ? PeerProcess.Start("dotnet", arguments) : PeerProcess.Start("ip", ["netns", "exec", _within.Name, "dotnet", .. arguments]);
        var ready = JsonNode.Parse(await _process.WaitForLineAsync(static line => line.StartsWith('{'), Limit, cancellationToken))!;
        (_xdsPort, _httpPort) = (new Uri($"{ready["xds"]}").Port, new Uri($"{ready["http"]}").Port);
    }

    /// <summary>SIGKILL, as a loss of power ends it.</summary>
    public async Task KillAsync()
    {
        Signals.Send("KILL", _process!.Id);
        await _process.DisposeAsync();
    }

    public string Describe() => _process?.Describe() ?? "not started";

    public async ValueTask DisposeAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _root.Delete(recursive: true);
    }
}
