using System.Diagnostics;
using System.Globalization;

namespace Mesh.Benchmarks.Scale;

/// <summary>Measures the control plane with many services and many clients: memory of a stream, time and CPU of a change, and the way back from an outage.</summary>
internal sealed class ScaleRig(ScaleOptions options, ScaleServices services, ScaleWatch watch)
{
    private const int ChangesPerSecond = 10;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(ScaleOptions options)
    {
        using var services = new ScaleServices(options.Services, options.Endpoints);
        return await new ScaleRig(options, services, new ScaleWatch(options.Streams)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        Print($".NET {Environment.Version}, {Environment.ProcessorCount} processors for control plane and clients together; {options.Services} services x {options.Endpoints} endpoints, {options.Streams} ADS streams, each of {options.Called} services");
        var start = Stopwatch.GetTimestamp();
        var controlPlane = ScaleControlPlane.Start(services.Folder);
        Print($"start with {options.Services} files: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {controlPlane.Cpu.TotalSeconds:0.0} s CPU");
        try
        {
            var before = controlPlane.Memory();
            using var stop = new CancellationTokenSource();
            var clients = Enumerable.Range(0, options.Streams).Select(client => Task.Run(() => new ScaleClient(client, CalledBy(client), controlPlane.Port, watch).RunAsync(stop.Token))).ToArray();
            await MeasureStreamsAsync(controlPlane, before);
            await MeasureChangesAsync(controlPlane);
            await MeasureChurnAsync(controlPlane);
            controlPlane = await MeasureRestartAsync(controlPlane);
            await stop.CancelAsync();
            await Task.WhenAll(clients);
            return 0;
        }
        finally
        {
            controlPlane.Dispose();
        }
    }

    // Spread so that every service has as many callers.
    private int[] CalledBy(int client) => [.. Enumerable.Range(0, options.Called).Select(call => ((client * options.Called) + (call * (options.Services / options.Called + 1))) % options.Services).Distinct()];

    private async Task MeasureStreamsAsync(ScaleControlPlane controlPlane, (long Heap, long Resident) before)
    {
        var start = Stopwatch.GetTimestamp();
        var cpu = controlPlane.Cpu;
        await watch.AllCompleteAsync(_limit);
        var spent = controlPlane.Cpu - cpu;
        Print($"{options.Streams} clients connect and are complete: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {spent.TotalSeconds:0.0} s CPU, {spent.TotalMilliseconds / options.Streams:0.00} ms a client");
        var after = controlPlane.Memory();
        Print($"memory: {Mega(before.Heap)} MB of objects and {Mega(before.Resident)} MB resident without clients, {Mega(after.Heap)} MB and {Mega(after.Resident)} MB with them: {(after.Heap - before.Heap) / 1024.0 / options.Streams:0.0} KB of objects a stream, {(after.Resident - before.Resident) / 1024.0 / options.Streams:0.0} KB resident");
    }

    private async Task MeasureChangesAsync(ScaleControlPlane controlPlane)
    {
        var (all, last, pushes) = (new List<double>(), new List<double>(), 0);
        var cpu = controlPlane.Cpu;
        for (var change = 0; change < options.Changes; change++)
        {
            var service = change * 7 % services.Count;
            var interested = Enumerable.Range(0, options.Streams).Where(client => CalledBy(client).Contains(service)).ToArray();
            watch.Expect($"outbound|80||{ScaleServices.HostOf(service)}", services.NextAddressOf(service), interested);
            services.Move(service);
            var delays = await watch.DelaysAsync(_limit);
            all.AddRange(delays);
            last.Add(delays.DefaultIfEmpty(0).Max());
            pushes += delays.Length;
        }

        var spent = controlPlane.Cpu - cpu;
        Print($"{options.Changes} endpoint changes, from before the file is written to the client, {pushes} pushes: each client p50 {Quantile.Of(all, 0.5):0.0} ms, p99 {Quantile.Of(all, 0.99):0.0} ms; last client p50 {Quantile.Of(last, 0.5):0.0} ms, p99 {Quantile.Of(last, 0.99):0.0} ms");
        Print($"CPU: {spent.TotalMilliseconds / options.Changes:0.0} ms a change, {spent.TotalMilliseconds / Math.Max(1, pushes):0.00} ms a push");
    }

    private async Task MeasureChurnAsync(ScaleControlPlane controlPlane)
    {
        var (start, cpu, changes, before) = (Stopwatch.GetTimestamp(), controlPlane.Cpu, 0, watch.Assignments);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / ChangesPerSecond);
        while (Stopwatch.GetElapsedTime(start) < options.Churn && await timer.WaitForNextTickAsync())
        {
            services.Move(changes++ % services.Count);
        }

        var spent = controlPlane.Cpu - cpu;
        var resident = controlPlane.Memory().Resident;
        Print($"{changes / Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} changes/s for {options.Churn.TotalSeconds:0} s: {spent / Stopwatch.GetElapsedTime(start):0.000} of a processor, {Mega(resident)} MB resident, {watch.Assignments - before} assignments delivered");
    }

    private async Task<ScaleControlPlane> MeasureRestartAsync(ScaleControlPlane controlPlane)
    {
        var port = controlPlane.Port;
        controlPlane.Dispose();
        watch.Restart();
        var start = Stopwatch.GetTimestamp();
        var next = ScaleControlPlane.Start(services.Folder, port);
        var up = Stopwatch.GetElapsedTime(start);
        await watch.AllCompleteAsync(_limit);
        Print($"killed and started again: listens after {up.TotalSeconds:0.0} s, all {options.Streams} clients complete after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {next.Cpu.TotalSeconds:0.0} s CPU");
        return next;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Mega(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0}");
}
