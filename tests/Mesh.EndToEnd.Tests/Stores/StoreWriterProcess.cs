using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Mesh.EndToEnd.Tests.Stores;

/// <summary>A process that writes into a folder store until it is killed.</summary>
internal sealed class StoreWriterProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private StoreWriterProcess(Process process) => _process = process;

    public static StoreWriterProcess Start(string folder, int seed, long counter)
    {
        var program = typeof(StoreWriterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Mesh.StoreWriter").Value!;
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.GetFullPath(program.Replace('\\', '/'), AppContext.BaseDirectory), folder, seed.ToString(CultureInfo.InvariantCulture), counter.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_TieredCompilation"] = "1";
        return new StoreWriterProcess(Process.Start(start)!);
    }

    /// <summary>The next line; null when the process has ended and all was read.</summary>
    public async Task<string?> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>SIGKILL: nothing is flushed, closed or said.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
