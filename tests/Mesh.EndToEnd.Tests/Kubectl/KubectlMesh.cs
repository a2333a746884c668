using System.Diagnostics;
using Mesh.ControlPlane;
using Mesh.ControlPlane.Hosting;
using Mesh.Testing.Logging;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>A control plane in memory with a kubectl that talks to it and to nothing else.</summary>
internal sealed class KubectlMesh : IAsyncDisposable
{
    private static readonly string[] ProxyVariables = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

    private readonly string _binary;
    private readonly ControlPlaneHost _host;
    private readonly LogCollector _logs;

    private KubectlMesh(string binary, ControlPlaneHost host, LogCollector logs)
    {
        (_binary, _host, _logs) = (binary, host, logs);
        Folder = Directory.CreateTempSubdirectory("mesh-kubectl-").FullName;
    }

    /// <summary>For files of the test; kubectl's cache is in it too, for it would remember another server's kinds.</summary>
    public string Folder { get; }

    public ControlPlaneState State => _host.State;

    /// <summary>How kubectl is told where the server is; tests of credentials give it more.</summary>
    public IReadOnlyList<string> Connection { get; private set; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Uri Address => _host.HttpAddress;

    public static async Task<KubectlMesh> StartAsync(string binary, Action<MeshControlPlaneOptions>? configure = null)
    {
        Peer.Kubectl.Require();
        var options = new MeshControlPlaneOptions { XdsPort = 0, HttpPort = 0 };
        configure?.Invoke(options);
        var logs = new LogCollector().Expect("KeysInMemory").Expect("StoreInMemory").Expect("ApiRefused");
        var host = await ControlPlaneHost.StartAsync(options, logs, TimeProvider.System, Cancellation);
        return new KubectlMesh(binary, host, logs) { Connection = ["--server", host.HttpAddress.GetLeftPart(UriPartial.Authority)] };
    }

    /// <summary>From here on kubectl is told this of the server and of itself.</summary>
    public void Connect(IReadOnlyList<string> connection) => Connection = connection;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a command and returns what it printed; fails when it ends with another code.</summary>
    public async Task<string> RunAsync(string command, int code = 0) => (await TryAsync(command.Split(' '), null, code)).Output;

    public Task<KubectlRun> TryAsync(string command, int? code = null, string? input = null) => TryAsync(command.Split(' '), input, code);

    public async Task<KubectlRun> TryAsync(IEnumerable<string> command, string? input = null, int? code = null, (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(_binary, [.. Connection, "--cache-dir", Path.Combine(Folder, "cache"), .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = "/dev/null";
        start.Environment["HOME"] = Folder;
        Array.ForEach(ProxyVariables, name => start.Environment.Remove(name));
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        var run = new KubectlRun(process.ExitCode, await output, await error);
        Assert.True(code is null || code == run.Code, $"kubectl {string.Join(' ', command)}: exit code {run.Code} instead of {code}\n{run.Output}\n{run.Error}");
        return run;
    }

    /// <summary>Starts a command that runs on, such as a watch.</summary>
    public PeerProcess Start(string command) => PeerProcess.Start(
        _binary,
        [.. Connection, "--cache-dir", Path.Combine(Folder, "cache"), .. command.Split(' ')],
        [new("KUBECONFIG", "/dev/null"), new("HOME", Folder)]);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        _logs.Dispose();
    }
}
