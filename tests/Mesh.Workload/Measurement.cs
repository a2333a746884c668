using System.Diagnostics;

namespace Mesh.Workload;

/// <summary>What a process holds, after everything that nobody refers to is gone.</summary>
internal static class Measurement
{
    /// <param name="metrics">The page with all series.</param>
    public static async Task<object> TakeAsync(Uri metrics)
    {
        // Not through the mesh: it would count itself.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var series = 0;
        using (var page = new StreamReader(await client.GetStreamAsync(metrics)))
        {
            while (await page.ReadLineAsync() is { } line)
            {
                series += line.Length > 0 && line[0] != '#' ? 1 : 0;
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return new
        {
            kind = "measured",
            heap = GC.GetTotalMemory(forceFullCollection: true),
            handles = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount,
            threads = process.Threads.Count,
            timers = Timer.ActiveCount,
            series,
            workingSet = process.WorkingSet64,
        };
    }
}
