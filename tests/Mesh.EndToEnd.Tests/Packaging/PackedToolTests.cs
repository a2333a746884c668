using System.Diagnostics;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Packaging;

/// <summary>Packs meshctl as a .NET tool, installs it from a folder as a user would, and runs it.</summary>
public sealed class PackedToolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-tool-");

    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    [Fact]
    public async Task PackedTool_InstalledFromAFolder_TellsItsVersionAndItsCommands()
    {
        var feed = Path.Combine(_folder.FullName, "feed");
        var tools = Path.Combine(_folder.FullName, "tools");
        await RunAsync("dotnet", ["pack", "src/Mesh.Cli", "--no-build", "-c", Configuration, "-o", feed, "--nologo", "-v", "quiet"], Repository.Root);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "NuGet.config"),
            $"<configuration><packageSources><clear /><add key=\"packed\" value=\"{feed}\" /></packageSources></configuration>",
            TestContext.Current.CancellationToken);

        await RunAsync("dotnet", ["tool", "install", "Mesh.Cli", "--tool-path", tools, "--configfile", Path.Combine(_folder.FullName, "NuGet.config")], _folder.FullName);
        var meshctl = Path.Combine(tools, OperatingSystem.IsWindows() ? "meshctl.exe" : "meshctl");
        var version = await RunAsync(meshctl, ["version", "--short"], _folder.FullName);
        var help = await RunAsync(meshctl, ["--help"], _folder.FullName);

        Assert.Equal("0.1.0", version.Trim());
        Assert.All(
            ["check", "status", "clients", "proxy-status", "proxy-config", "explain", "apply", "get", "edit", "delete", "diff", "analyze", "validate", "token", "login", "context", "completion", "diagnostics"],
            command => Assert.Contains($" {command}", help, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> RunAsync(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output} {await error}");
        return await output;
    }
}
