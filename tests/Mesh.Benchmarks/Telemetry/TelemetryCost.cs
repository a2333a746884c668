using System.Globalization;
using Mesh.Benchmarks.Load;
using Mesh.Client;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>What telemetry and context add to a call through the mesh: variants take turns in one process, CPU time is measured, and each round is compared with its own baseline.</summary>
internal static class TelemetryCost
{
    private const int WarmUpCalls = 200_000;
    private const int Calls = 50_000;
    private const int Rounds = 25;

    /// <summary>Measures in a process of its own, on one processor: threads that wait for each other are no part of a call.</summary>
    public static int Launch()
    {
        using var process = LoadLauncher.Start(CpuPins.Find()?.Client, ["telemetry-process"], ownsInput: false);
        process.WaitForExit();
        return process.ExitCode;
    }

    public static async Task<int> RunAsync()
    {
        TelemetryVariant[] variants =
        [
            new("nobody is told", Off, tellsNobody: true),
            new("nobody is told, twin", Off, tellsNobody: true),
            new("metrics alone", static options => options.Metrics = true, tellsNobody: true),
            new("metrics and peer metadata", static options => (options.Metrics, options.SendPeerMetadata) = (true, true), tellsNobody: true),
            new("traces (unsampled), logs (none), loads", Off),
            new("all of it", static _ => { }),
            new("all of it, carrying four headers on", static _ => { }, carries: true),
        ];
        await MeasureAsync(variants);

        // The SDK hears every mesh of the process: it is made when the others are done.
        TelemetryVariant[] heard = [variants[0], new("all of it, fed to an OpenTelemetry SDK", static _ => { }, listens: true)];
        await MeasureAsync(heard, keep: variants[0]);
        foreach (var variant in variants.Append(heard[1]))
        {
            await variant.DisposeAsync();
        }

        return 0;
    }

    private static void Off(MeshTelemetryOptions options) => (options.Metrics, options.SendPeerMetadata) = (false, false);

    private static async Task MeasureAsync(TelemetryVariant[] variants, TelemetryVariant? keep = null)
    {
        keep?.Nanoseconds.Clear();
        keep?.Bytes.Clear();
        foreach (var variant in variants)
        {
            await variant.RunAsync(WarmUpCalls, counts: false);
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var turn = 0; turn < variants.Length; turn++)
            {
                await variants[(round + turn) % variants.Length].RunAsync(Calls, counts: true);
            }
        }

        var baseline = variants[0];
        foreach (var variant in variants.Skip(1))
        {
            var nanoseconds = Median(variant.Nanoseconds.Zip(baseline.Nanoseconds, static (own, none) => own - none));
            var bytes = Median(variant.Bytes.Zip(baseline.Bytes, static (own, none) => own - none));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{variant.Name,-40} {nanoseconds,8:+0;-0;0} ns {bytes,8:+0;-0;0} B   (a call without: {Median(baseline.Nanoseconds):0} ns, {Median(baseline.Bytes):0} B)"));
        }
    }

    private static double Median(IEnumerable<double> values) => Quantile.Median(values);
}
