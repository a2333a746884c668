using System.Diagnostics;
using System.Net;

namespace Mesh.Benchmarks.Load;

/// <summary>One way to send the same requests.</summary>
internal sealed class LoadVariant(string name, HttpMessageHandler handler, Uri target, Version? version = null) : IDisposable
{
    private readonly HttpClient _client = new(handler);

    public string Name => name;

    /// <summary>Keeps all connections busy for a while, and gives what a request cost both processes together.</summary>
    public async Task<LoadSample> RunAsync(int connections, TimeSpan window, Process server)
    {
        var before = CpuReading.Take(server);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var requests = (await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SendUntilAsync(watch, window)))).Sum();
        var elapsed = watch.Elapsed;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new LoadSample(
            requests / elapsed.TotalSeconds,
            (CpuReading.Take(server).Measured - before.Measured).TotalMicroseconds / requests,
            allocated / (double)requests);
    }

    public void Dispose() => _client.Dispose();

    private async Task<long> SendUntilAsync(Stopwatch watch, TimeSpan window)
    {
        await Task.Yield();
        var requests = 0L;
        while (watch.Elapsed < window)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target) { Version = version ?? HttpVersion.Version11 };
            request.Headers.TryAddWithoutValidation("end-user", "other");
            using var response = await _client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            requests++;
        }

        return requests;
    }
}
