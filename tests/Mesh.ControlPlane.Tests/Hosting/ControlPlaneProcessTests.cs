using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>The control plane as a process: what it prints, how it ends, what it answers.</summary>
public sealed class ControlPlaneProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_WhenReady_PrintsOneObjectWithWhatAnswers()
    {
        await using var process = Start("--json", "--exit-with-parent");
        var report = await ReadReportAsync(process);
        using var client = new HttpClient { BaseAddress = new Uri((string)report["http"]!) };

        Assert.Equal(process.Id, (int)report["pid"]!);
        foreach (var path in new[] { "/healthz", "/readyz", "/version", "/debug/registryz", "/debug/configz", "/debug/syncz" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path, Cancellation)).StatusCode);
        }

        Assert.Single(process.Lines);
    }

    [Fact]
    public async Task ExitWithParent_AtTheEndOfInput_Stops()
    {
        await using var process = Start("--json", "--exit-with-parent");
        await ReadReportAsync(process);

        process.CloseInput();

        await process.WaitForExitAsync(expectedCode: 0, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Sigterm_WhileServing_StopsWithSuccess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are a matter of Unix.");
        await using var process = Start("--json");
        await ReadReportAsync(process);

        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

        await process.WaitForExitAsync(expectedCode: 0, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task StateFolder_SaysWhereTheControlPlaneIs_AsLongAsItRuns()
    {
        var state = Directory.CreateTempSubdirectory("mesh-state-");
        var file = Path.Combine(state.FullName, "control-plane.json");
        await using (var process = Start("--json", "--exit-with-parent", "--state", state.FullName))
        {
            var report = await ReadReportAsync(process);
            Assert.Equal(report["http"]!.ToString().TrimEnd('/'), JsonNode.Parse(await File.ReadAllTextAsync(file, Cancellation))!["http"]!.ToString());

            process.CloseInput();
            await process.WaitForExitAsync(expectedCode: 0, cancellationToken: Cancellation);
        }

        Assert.False(File.Exists(file));
        state.Delete(recursive: true);
    }

    [Fact]
    public async Task BusyPort_AtStart_IsOneClearLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var process = PeerProcess.Start("dotnet", [Program, "--xds-port", $"{port}", "--http-port", "0"]);

        await process.WaitForExitAsync(expectedCode: 1, cancellationToken: Cancellation);

        var line = Assert.Single(process.Errors, error => error.StartsWith("mesh-control-plane:", StringComparison.Ordinal));
        Assert.Contains("--xds-port", line, StringComparison.Ordinal);
        Assert.Contains($"{port}", line, StringComparison.Ordinal);
        Assert.Empty(process.Lines);
    }

    [Fact]
    public async Task ConfigFolder_ThatIsMissing_IsOneClearLine()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"mesh-{Guid.NewGuid():N}");
        await using var process = Start("--config", missing);

        await process.WaitForExitAsync(expectedCode: 1, cancellationToken: Cancellation);

        var line = Assert.Single(process.Errors, error => error.StartsWith("mesh-control-plane:", StringComparison.Ordinal));
        Assert.Contains(missing, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_ThatDoesNotExist_IsAUsageError()
    {
        await using var process = Start("--confg", "x");

        await process.WaitForExitAsync(expectedCode: 64, cancellationToken: Cancellation);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Mesh.ControlPlane.dll");

    private static PeerProcess Start(params string[] arguments) =>
        PeerProcess.Start("dotnet", [Program, "--xds-port", "0", "--http-port", "0", .. arguments]);

    private static async Task<JsonNode> ReadReportAsync(PeerProcess process) =>
        JsonNode.Parse(await process.WaitForLineAsync(line => line.StartsWith('{'), cancellationToken: Cancellation))!;
}
