using Mesh.ControlPlane.Hosting;
using Mesh.Protocol.Grpc;
using Mesh.Testing;
using Mesh.Testing.Logging;

namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>A control plane over a folder of its own, on free ports, in this process.</summary>
internal sealed class RunningControlPlane : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ControlPlaneHost _host;

    private RunningControlPlane(DirectoryInfo folder, ControlPlaneHost host, LogCollector logs)
    {
        _folder = folder;
        _host = host;
        Logs = logs;
        Channel = new GrpcChannel(host.XdsAddress);
    }

    public LogCollector Logs { get; }

    public GrpcChannel Channel { get; }

    public ControlPlaneState State => _host.State;

    public Uri XdsAddress => _host.XdsAddress;

    public Uri HttpAddress => _host.HttpAddress;

    public static async Task<RunningControlPlane> StartAsync(string yaml = "", TimeProvider? time = null, Action<MeshControlPlaneOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-control-plane-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mesh.yaml"), yaml, TestContext.Current.CancellationToken);
        var options = new MeshControlPlaneOptions { ConfigFolder = folder.FullName, XdsPort = 0, HttpPort = 0 };
        configure?.Invoke(options);
        var logs = new LogCollector().Expect("KeysInMemory");
        var host = await ControlPlaneHost.StartAsync(options, logs, time ?? TimeProvider.System, TestContext.Current.CancellationToken);
        return new RunningControlPlane(folder, host, logs);
    }

    /// <summary>Replaces the configuration, as an editor does.</summary>
    public void Write(string yaml)
    {
        var next = Path.Combine(_folder.FullName, "mesh.yaml.tmp");
        File.WriteAllText(next, yaml);
        File.Move(next, Path.Combine(_folder.FullName, "mesh.yaml"), overwrite: true);
    }

    public Task<string> GetAsync(string path) => Http.GetAsync(new Uri(HttpAddress, path));

    /// <summary>Waits until the debug page of the streams says something.</summary>
    public Task ShowsAsync(string what, Func<string, bool> reached)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            what,
            async () => reached(seen = await GetAsync("/debug/syncz")),
            () => seen,
            cancellationToken: TestContext.Current.CancellationToken);
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
        Logs.Dispose();
    }
}
