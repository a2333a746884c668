using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>A service of a mesh as a process of its own, driven over its standard input.</summary>
internal sealed class WorkloadProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly PeerProcess _process;
    private readonly SemaphoreSlim _turn = new(1);

    private WorkloadProcess(PeerProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>What it answers, if nothing else was asked of it.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it, and returns when it listens.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="controlPlane">Where that is.</param>
    /// <param name="port">To listen at; 0 for any.</param>
    /// <param name="within">A network namespace; null for that of the test.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Of its configuration.</param>
    public static Task<WorkloadProcess> StartAsync(
        string service, Uri controlPlane, int port, NetworkNamespace? within, CancellationToken cancellationToken, params string[] settings) =>
        StartAsync(ProgramBuild.Workload, service, controlPlane, port, within, cancellationToken, settings);

    /// <summary>The same of a given build.</summary>
    public static async Task<WorkloadProcess> StartAsync(
        ProgramBuild build, string service, Uri controlPlane, int port, NetworkNamespace? within, CancellationToken cancellationToken, params string[] settings)
    {
        string[] arguments =
        [
            build.Path, $"--urls=http://127.0.0.1:{port}", $"--Mesh:ControlPlane={controlPlane}", $"--Mesh:Service={service}", $"--Mesh:Labels:app={service}",
            .. settings.Select(setting => "--" + setting),
        ];
        var process = within is null ? PeerProcess.Start("dotnet", arguments, build.Environment) : PeerProcess.Start("ip", ["netns", "exec", within.Name, "dotnet", .. arguments], build.Environment);
        try
        {
            var ready = JsonNode.Parse(await process.WaitForLineAsync(static line => line.Contains("\"ready\"", StringComparison.Ordinal), Limit, cancellationToken))!;
            return new WorkloadProcess(process, new Uri($"{ready["address"]}"));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls an address at a steady rate from now on.</summary>
    public Task<JsonNode> LoadAsync(int rate, string url, CancellationToken cancellationToken) =>
        AskAsync($"load {rate.ToString(CultureInfo.InvariantCulture)} {url}", "loading", cancellationToken);

    /// <summary>The same as soon as twenty calls in a row were answered: before that not everybody may be known.</summary>
    public async Task LoadWhenAnsweredAsync(int rate, string url, CancellationToken cancellationToken)
    {
        JsonNode result = new JsonObject();
        await Eventually.ReachesAsync(
            "calls are answered",
            async () =>
            {
                await LoadAsync(20, url, cancellationToken);
                await CallsMoreAsync(20, cancellationToken);
                return (int)(result = await StopLoadAsync(cancellationToken))["failed"]! == 0;
            },
            () => $"{result}",
            TimeSpan.FromSeconds(120),
            cancellationToken);
        await LoadAsync(rate, url, cancellationToken);
    }

    /// <summary>What came of the calls so far.</summary>
    public Task<JsonNode> CountAsync(CancellationToken cancellationToken) => AskAsync("count", "count", cancellationToken);

    /// <summary>Ends the calls, and says what came of all of them.</summary>
    public Task<JsonNode> StopLoadAsync(CancellationToken cancellationToken) => AskAsync("stop", "load", cancellationToken);

    /// <summary>Blocks every thread of its pool for a time.</summary>
    public Task BlockAsync(TimeSpan time, CancellationToken cancellationToken) =>
        AskAsync($"block {time.TotalSeconds.ToString(CultureInfo.InvariantCulture)}", "blocking", cancellationToken);

    /// <summary>Blocks so many threads of its pool, one after the other as the pool has them, until they are released.</summary>
    public Task HoldAsync(int threads, CancellationToken cancellationToken) =>
        AskAsync($"hold {threads.ToString(CultureInfo.InvariantCulture)}", "blocking", cancellationToken);

    public Task ReleaseAsync(CancellationToken cancellationToken) => AskAsync("release", "released", cancellationToken);

    /// <summary>What its health check says.</summary>
    public Task<JsonNode> HealthAsync(CancellationToken cancellationToken) => AskAsync("health", "health", cancellationToken);

    /// <summary>What it holds.</summary>
    public Task<JsonNode> MeasureAsync(CancellationToken cancellationToken) => AskAsync("measure", "measured", cancellationToken);

    /// <summary>What its calls follow.</summary>
    public async Task<string> ModeAsync(CancellationToken cancellationToken) => $"{(await AskAsync("health", "health", cancellationToken))["mode"]}";

    public Task ReachesModeAsync(string mode, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var seen = "";
        return Eventually.ReachesAsync($"calls follow {mode}", async () => (seen = await ModeAsync(cancellationToken)) == mode, () => seen, limit, cancellationToken);
    }

    /// <summary>Completes when so many more calls are over.</summary>
    public async Task CallsMoreAsync(int count, CancellationToken cancellationToken)
    {
        var target = (int)(await CountAsync(cancellationToken))["calls"]! + count;
        await Eventually.ReachesAsync($"{count} more calls", async () => (int)(await CountAsync(cancellationToken))["calls"]! >= target, Describe, TimeSpan.FromSeconds(120), cancellationToken);
    }

    /// <summary>SIGTERM, as a supervisor stops it; returns when it has ended, and fails when it did not end well.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        Signals.Send("TERM", _process.Id);
        await _process.WaitForExitAsync(0, Limit, cancellationToken);
        await _process.DisposeAsync();
    }

    /// <summary>SIGKILL, as a loss of power ends it.</summary>
    public async Task KillAsync()
    {
        Signals.Send("KILL", _process.Id);
        await _process.DisposeAsync();
    }

    public string Describe() => _process.Describe();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<JsonNode> AskAsync(string command, string kind, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _process.SendLineAsync(command, cancellationToken);
            return JsonNode.Parse(await _process.WaitForLineAsync(line => line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal), TimeSpan.FromSeconds(120), cancellationToken))!;
        }
        finally
        {
            _turn.Release();
        }
    }
}
