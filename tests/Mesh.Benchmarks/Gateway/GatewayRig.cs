using System.Globalization;
using Mesh.Benchmarks.Load;

namespace Mesh.Benchmarks.Gateway;

/// <summary>Compares gateways from the client's process; they take turns in every round, and ratios are taken within rounds.</summary>
internal static class GatewayRig
{
    private const string Baseline = "nginx";

    public static async Task<int> RunAsync(string proxies, GatewayOptions options)
    {
        var measured = proxies.Split(',').Chunk(3).Select(part => new MeasuredProxy(part[0], Number(part[1]), Number(part[2]))).ToArray();
        try
        {
            foreach (var proxy in measured)
            {
                await proxy.SaturateAsync(options.Connections, options.WarmUp);
            }

            var rounds = new List<(double PerSecond, double PerCpuSecond)[]>();
            for (var round = 0; round < options.Rounds; round++)
            {
                rounds.Add(await RoundAsync(measured, round, options));
            }

            Write($"{options.Connections} connections, {options.Rounds} rounds of {options.Window.TotalSeconds} s, 1 KiB, HTTP/1.1; p50 and p99 at {options.Rate} requests/s");
            for (var index = 0; index < measured.Length; index++)
            {
                await ReportAsync(measured, rounds, index, options);
            }

            return 0;
        }
        finally
        {
            Array.ForEach(measured, static proxy => proxy.Dispose());
        }
    }

    private static async Task<(double PerSecond, double PerCpuSecond)[]> RoundAsync(MeasuredProxy[] proxies, int first, GatewayOptions options)
    {
        var samples = new (double, double)[proxies.Length];
        for (var turn = 0; turn < proxies.Length; turn++)
        {
            var index = (first + turn) % proxies.Length;
            samples[index] = await proxies[index].SaturateAsync(options.Connections, options.Window);
        }

        return samples;
    }

    private static async Task ReportAsync(MeasuredProxy[] proxies, List<(double PerSecond, double PerCpuSecond)[]> rounds, int index, GatewayOptions options)
    {
        var times = await proxies[index].PaceAsync(options.Rate, options.Window * 3);
        var cpu = Quantile.Median(rounds.Select(round => round[index].PerCpuSecond));
        var line = $"{proxies[index].Name,-8} {Quantile.Median(rounds.Select(round => round[index].PerSecond)),8:F0} requests/s  {cpu,8:F0} requests/CPU second  "
            + $"{1e6 / cpu,6:F1} us CPU/request  p50 {Quantile.Of(times, 0.5),6:F2} ms  p99 {Quantile.Of(times, 0.99),6:F2} ms  {proxies[index].ResidentMebibytes,6:F0} MiB";
        var baseline = Array.FindIndex(proxies, static proxy => proxy.Name == Baseline);
        if (baseline >= 0 && baseline != index)
        {
            var ratio = PairedRatio.Of(rounds.Select(round => round[index].PerCpuSecond), rounds.Select(round => round[baseline].PerCpuSecond));
            line += $"  {ratio.Median:F3} of {Baseline}'s requests/CPU second [{ratio.Low:F3}, {ratio.High:F3}]";
        }

        Write(line);
    }

    private static void Write(string line) => Console.WriteLine(line);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
