using System.Diagnostics;

namespace Mesh.Benchmarks.Gateway;

/// <summary>One proxy under load: what requests through it cost its own process.</summary>
internal sealed class MeasuredProxy(string name, int port, int processId) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private readonly Process _process = Process.GetProcessById(processId);
    private readonly Uri _target = new($"http://127.0.0.1:{port}/reviews/0");

    public string Name => name;

    /// <summary>What it keeps in memory now, in MiB.</summary>
    public double ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>As many requests as go on so many connections.</summary>
    public async Task<(double PerSecond, double PerCpuSecond)> SaturateAsync(int connections, TimeSpan window)
    {
        var before = CpuTime();
        var watch = Stopwatch.StartNew();
        var requests = (await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            await Task.Yield();
            var count = 0L;
            while (watch.Elapsed < window)
            {
                await SendAsync();
                count++;
            }

            return count;
        }))).Sum();
        return (requests / watch.Elapsed.TotalSeconds, requests / (CpuTime() - before).TotalSeconds);
    }

    /// <summary>The times of requests that are sent at a fixed rate, from when each was due.</summary>
    public async Task<double[]> PaceAsync(int rate, TimeSpan window)
    {
        var watch = Stopwatch.StartNew();
        var sent = new List<Task<double>>();
        while (watch.Elapsed < window)
        {
            while (sent.Count < watch.Elapsed.TotalSeconds * rate)
            {
                sent.Add(TimeAsync(watch, TimeSpan.FromSeconds((double)sent.Count / rate)));
            }

            await Task.Delay(1);
        }

        return await Task.WhenAll(sent);
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Dispose();
    }

    private async Task<double> TimeAsync(Stopwatch watch, TimeSpan due)
    {
        await SendAsync();
        return (watch.Elapsed - due).TotalMilliseconds;
    }

    private async Task SendAsync()
    {
        using var response = await _client.GetAsync(_target);
        response.EnsureSuccessStatusCode();
    }

    private TimeSpan CpuTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }
}
