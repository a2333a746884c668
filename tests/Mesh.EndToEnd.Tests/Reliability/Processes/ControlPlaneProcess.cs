using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.Testing.Connections;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>A control plane over a folder as a process of its own, on ports that it keeps over its deaths.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mesh-process-");
    private readonly NetworkNamespace? _within;
    private PeerProcess? _process;
    private readonly ReservedPort _xdsPort = new();
    private readonly ReservedPort _httpPort = new();
    private readonly ReservedPort _securePort = new();

    private ControlPlaneProcess(NetworkNamespace? within) => _within = within;

    public Uri Xds => _xdsPort.Address;

    /// <summary>Of xDS and the certificate authority over TLS.</summary>
    public Uri Secure => new($"https://{_securePort.Address.Authority}");

    public Uri Http => _httpPort.Address;

    public int XdsPort => _xdsPort.Number;

    public int Id => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>What is started.</summary>
    public ProgramBuild Build { get; set; } = ProgramBuild.ControlPlane;

    public string ConfigFolder => Path.Combine(_root.FullName, "config");

    public string StateFolder => Path.Combine(_root.FullName, "state");

    /// <param name="resources">YAML.</param>
    /// <param name="within">A network namespace; null for that of the test.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static Task<ControlPlaneProcess> StartAsync(string resources, NetworkNamespace? within, CancellationToken cancellationToken) =>
        StartAsync(ProgramBuild.ControlPlane, resources, within, cancellationToken);

    /// <summary>The same of a given build.</summary>
    public static async Task<ControlPlaneProcess> StartAsync(ProgramBuild build, string resources, NetworkNamespace? within, CancellationToken cancellationToken)
    {
        var process = new ControlPlaneProcess(within) { Build = build };
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

    /// <summary>Starts it, on the ports that it keeps over its deaths.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            Build.Path, "--json", "--exit-with-parent", "--config", ConfigFolder, "--state", StateFolder,
            "--xds-port", $"{_xdsPort.Number}", "--http-port", $"{_httpPort.Number}", "--secure-port", $"{_securePort.Number}",
        ];
        _process = _within is null ? PeerProcess.Start("dotnet", arguments, Build.Environment) : PeerProcess.Start("ip", ["netns", "exec", _within.Name, "dotnet", .. arguments], Build.Environment);
        await _process.WaitForLineAsync(static line => line.StartsWith('{'), Limit, cancellationToken);
    }

    /// <summary>SIGTERM, as a supervisor stops it; returns when it has ended, and fails when it did not end well.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        Signals.Send("TERM", _process!.Id);
        await _process.WaitForExitAsync(0, Limit, cancellationToken);
        await _process.DisposeAsync();
    }

    /// <summary>Settings of a workload that proves an account in namespace <c>default</c> with a token of an hour.</summary>
    public async Task<string[]> SettingsOfAsync(string account, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var body = new StringContent(new JsonObject { ["namespace"] = "default", ["serviceAccount"] = account }.ToJsonString(), MediaTypeHeaderValue.Parse("application/json"));
        using var response = await client.PostAsync(new Uri(Http, "/api/v1/tokens"), body, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        return [$"Mesh:ServiceAccount={account}", "Mesh:TrustDomain=cluster.local", $"Mesh:Identity:Token={JsonNode.Parse(answer)!["token"]}"];
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
        foreach (var port in new[] { _xdsPort, _httpPort, _securePort })
        {
            port.Dispose();
        }

        _root.Delete(recursive: true);
    }
}
