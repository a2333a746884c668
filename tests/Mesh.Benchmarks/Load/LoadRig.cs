using System.Diagnostics;
using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Benchmarks.Load;

/// <summary>Compares whole processes: plain HttpClient, its twin (what the machine's noise makes of no difference), and the mesh.</summary>
/// <remarks>Variants take turns in every round, so that a busy neighbour meets all of them; ratios are taken within rounds.</remarks>
internal static class LoadRig
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var server = StartServer();
        var port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var target = new Uri($"http://127.0.0.1:{port}/reviews/0");
        using var mesh = new HandMadeMesh(new Authority("127.0.0.1", port), new EndpointAddress("127.0.0.1", port));
        LoadVariant[] variants =
        [
            new("plain", new SocketsHttpHandler(), target),
            new("plain twin", new SocketsHttpHandler(), target),
            new("mesh", mesh.CreateHandler(), target),
        ];
        try
        {
            var samples = await MeasureAsync(variants, server, options);
            Print(variants, samples, options);
        }
        finally
        {
            Array.ForEach(variants, variant => variant.Dispose());
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }

        return 0;
    }

    private static Process StartServer() => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [.. EntryAssembly(), "load-server"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    // Under the dotnet host the assembly has to be named; an apphost is the program itself.
    private static IEnumerable<string> EntryAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(LoadRig).Assembly.Location] : [];

    private static async Task<List<LoadSample>[]> MeasureAsync(LoadVariant[] variants, Process server, LoadOptions options)
    {
        foreach (var variant in variants)
        {
            await variant.RunAsync(options.Connections, options.WarmUp, server);
        }

        var samples = variants.Select(_ => new List<LoadSample>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var turn = 0; turn < variants.Length; turn++)
            {
                var index = (round + turn) % variants.Length;
                samples[index].Add(await variants[index].RunAsync(options.Connections, options.Window, server));
            }
        }

        return samples;
    }

    private static void Print(LoadVariant[] variants, List<LoadSample>[] samples, LoadOptions options)
    {
        Console.WriteLine($"HTTP/1.1, 1 KiB, {options.Connections} connections, {options.Rounds} rounds of {options.Window.TotalMilliseconds} ms, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        Console.WriteLine($"{"variant",-12} {"requests/s",10} {"CPU us",8} {"x plain",8} {"95 % interval",15} {"bytes",8} {"+bytes",8}");
        var plainBytes = PairedRatio.MedianOf(samples[0].Select(sample => sample.Bytes));
        for (var index = 0; index < variants.Length; index++)
        {
            var ratio = PairedRatio.Of([.. samples[index].Select(sample => sample.CpuMicroseconds)], [.. samples[0].Select(sample => sample.CpuMicroseconds)]);
            var bytes = PairedRatio.MedianOf(samples[index].Select(sample => sample.Bytes));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{variants[index].Name,-12} {PairedRatio.MedianOf(samples[index].Select(sample => sample.RequestsPerSecond)),10:0} {PairedRatio.MedianOf(samples[index].Select(sample => sample.CpuMicroseconds)),8:0.0} {ratio.Median,8:0.000} {ratio.Low,7:0.000}-{ratio.High:0.000} {bytes,8:0} {bytes - plainBytes,8:+0;-0;0}"));
        }
    }
}
