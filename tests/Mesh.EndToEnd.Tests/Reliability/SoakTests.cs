using System.Diagnostics;
using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Reliability.Processes;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>A steady rate for a long time while configuration flaps: nothing may grow after the first part (fault matrix F12). By <c>MESH_SOAK_SECONDS</c> only; <c>MESH_SOAK_RATE</c> sets the rate.</summary>
public sealed class SoakTests
{
    /// <summary>Of the time, or five minutes: until then caches fill and methods are compiled.</summary>
    private const double WarmUpShare = 1.0 / 6;

    private const string Reviews = "http://reviews:9080/";

    // Each call that waits while another begins leaves a deadline with its timer in the pool, up to this number: a busy machine lets calls pile up late, too.
    private const int PooledDeadlines = 256;

    private static readonly TimeSpan Flap = TimeSpan.FromSeconds(1);
    private static readonly string[] Counted = ["heap", "handles", "threads", "timers", "series"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task F12_SteadyLoadWhileConfigurationFlaps_NothingGrows()
    {
        var seconds = Number("MESH_SOAK_SECONDS", 0);
        Assert.SkipWhen(seconds == 0, "Long: set MESH_SOAK_SECONDS (1800 for half an hour).");
        Signals.Require();
        await using var plane = await ControlPlaneProcess.StartAsync(ReviewsResources.Service, null, Cancellation);
        var started = await Task.WhenAll(StartAsync(plane, "reviews"), StartAsync(plane, "reviews"), StartAsync(plane, "caller"));
        await using var first = started[0];
        await using var second = started[1];
        await using var caller = started[2];
        await caller.ReachesModeAsync("live", null, Cancellation);
        await caller.LoadWhenAnsweredAsync(Number("MESH_SOAK_RATE", 50), Reviews, Cancellation);
        var samples = new List<(TimeSpan At, string Who, JsonNode Held)>();
        var watch = Stopwatch.StartNew();
        for (var round = 0; watch.Elapsed < TimeSpan.FromSeconds(seconds); round++)
        {
            plane.Write("flap.yaml", Route(round));
            await Task.Delay(Flap, TimeProvider.System, Cancellation);
            if (round % 20 == 19)
            {
                foreach (var (who, process) in new[] { ("server", first), ("caller", caller) })
                {
                    samples.Add((watch.Elapsed, who, await process.MeasureAsync(Cancellation)));
                    TestContext.Current.SendDiagnosticMessage($"soak {watch.Elapsed.TotalSeconds:0} s {who}: {samples[^1].Held.ToJsonString()}");
                }
            }
        }

        var result = await caller.StopLoadAsync(Cancellation);
        TestContext.Current.SendDiagnosticMessage($"soak: {result["calls"]} calls, {result["failed"]} failed");
        Assert.True((int)result["failed"]! == 0, $"{result}");
        var warm = TimeSpan.FromSeconds(Math.Min(300, seconds * WarmUpShare));
        Assert.All(from who in new[] { "server", "caller" } from what in Counted select (who, what), pair => HasNotGrown([.. samples.Where(sample => sample.Who == pair.who && sample.At >= warm).Select(sample => (double)sample.Held[pair.what]!)], pair.what == "timers" ? PooledDeadlines : 4, $"{pair.what} of the {pair.who}"));
    }

    /// <summary>The median of the last third is not above that of the first by more than what comes and goes: a leak of one object a change would be far above it.</summary>
    /// <param name="values">In the order of time.</param>
    /// <param name="kept">How many more may be kept for reuse.</param>
    /// <param name="what">For the message.</param>
    private static void HasNotGrown(double[] values, int kept, string what)
    {
        Assert.True(values.Length >= 6, $"{what}: only {values.Length} samples; let it run longer.");
        var (early, late) = (Median(values[..(values.Length / 3)]), Median(values[^(values.Length / 3)..]));
        Assert.True(late <= (early * 1.1) + kept, $"{what} grew from {early} to {late}: {string.Join(", ", values)}");
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Route(int round) => $$$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{uri: {prefix: /{{{round % 7}}}}}]
            route: [{destination: {host: reviews}}]
          - route: [{destination: {host: reviews}}]
            timeout: {{{10 + (round % 5)}}}s
        """;

    private static Task<WorkloadProcess> StartAsync(ControlPlaneProcess plane, string service) => WorkloadProcess.StartAsync(service, plane.Xds, 0, null, Cancellation);

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
