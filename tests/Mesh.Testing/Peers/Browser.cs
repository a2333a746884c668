using System.Diagnostics;
using System.Globalization;

namespace Mesh.Testing.Peers;

/// <summary>A real Chromium without a window, in a profile that goes with it.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "google-chrome", "chromium-browser"];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("chromium-");
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public Browser()
    {
        _process = Process.Start(new ProcessStartInfo(
            FindBinary()!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
                "--no-proxy-server", "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}", "about:blank",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Null when there is none.</summary>
    public static string? FindBinary() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens a page of its own, which shares cookies with no other.</summary>
    public async Task<BrowserPage> OpenAsync(CancellationToken cancellationToken)
    {
        var lines = await PortFileAsync(cancellationToken);
        return await BrowserPage.OpenAsync(new Uri($"ws://127.0.0.1:{int.Parse(lines[0], CultureInfo.InvariantCulture)}{lines[1]}"), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Its children may still be writing; the folder is a temporary one.
        }
    }

    /// <summary>Where it listens: Chromium writes port and path into a file of its profile.</summary>
    private async Task<string[]> PortFileAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_profile.FullName, "DevToolsActivePort");
        string[] lines = [];
        await Eventually.ReachesAsync(
            "Chromium listens",
            async () => File.Exists(file) && (lines = await File.ReadAllLinesAsync(file, cancellationToken)).Length == 2,
            timeout: TimeSpan.FromSeconds(60),
            cancellationToken: cancellationToken);
        return lines;
    }
}
