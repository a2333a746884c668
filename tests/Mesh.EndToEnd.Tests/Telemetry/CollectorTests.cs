using System.Globalization;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Telemetry.Otlp;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Telemetry;

/// <summary>Spans, Istio's metrics and access logs reach an OTLP receiver; one that is dead or silent costs nothing but telemetry, which is counted.</summary>
[Collection(ExportingRun.Name)]
public sealed class CollectorTests(ExportingBookinfo run)
{
    private const string LogsOfCalls = """
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: { name: calls, namespace: default }
        spec:
          accessLogging:
          - { providers: [{ name: envoy }], match: { mode: CLIENT } }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private BookinfoMesh Bookinfo => run.Bookinfo;

    private OtlpReceiver Receiver => run.Receiver;

    [Fact(Timeout = 240_000)]
    public async Task Collector_ThatIsWellDeadSilentAndWellAgain_CostsOnlyWhatIsCounted()
    {
        // Well: all three kinds arrive.
        Bookinfo.UseScenarioText(LogsOfCalls);
        await ReachesAsync("access logs arrive", async () =>
        {
            await Bookinfo.GetPageAsync();
            return Receiver.Logs.Any(IsCallOfDetails);
        });
        await ReachesAsync("metrics arrive", () => Task.FromResult(CallsOfDetails() > 0));
        CheckNames();
        var before = await CallsOfDetailsNowAsync();

        // Dead: refused at once. The pages are whole, and what was lost is counted.
        await Receiver.StopAsync();
        var pages = await ViewAsync(40);
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            await ReachesAsync($"lost {signal} are counted", async () => await DroppedAsync(signal, "collector") > 0);
        }

        // Silent: connections are taken and never read. The exporters hang there, and the pages do not.
        await using (var silent = new SilentCollector(Receiver.Port))
        {
            pages += await ViewAsync(1);
            await ReachesAsync("the exporters wait", () => Task.FromResult(silent.Accepted >= 3));
            pages += await ViewAsync(60);
            Assert.True(await DroppedAsync("traces", "queue_full") > 0);
            await ReachesAsync("access logs find no place", async () => await DroppedAsync("logs", "queue_full") > 0);
        }

        // Well again: new spans come, and the sums have lost nothing.
        await Receiver.StartAsync(TestContext.Current.CancellationToken);
        await ReachesAsync("the sums have caught up", () => Task.FromResult(CallsOfDetails() >= before + pages), () => $"{CallsOfDetails()} of {before} + {pages}");
        Assert.Equal(before + pages, CallsOfDetails());
        Bookinfo.Remove("scenario.yaml");
    }

    /// <summary>Istio's names and labels, as its dashboards have them.</summary>
    private void CheckNames()
    {
        var served = Receiver.Points.First(point => point.Metric == "istio_requests_total" && point.Service == "details" && point.Has(("source_workload", "productpage-v1")));
        (string, string)[] expected =
        [
            ("reporter", "destination"), ("source_workload", "productpage-v1"), ("source_canonical_service", "productpage"), ("source_canonical_revision", "v1"),
            ("source_workload_namespace", "default"), ("source_principal", "spiffe://cluster.local/ns/default/sa/bookinfo-productpage"), ("source_app", "productpage"), ("source_version", "v1"),
            ("destination_workload", "details-v1"), ("destination_workload_namespace", "default"), ("destination_principal", "spiffe://cluster.local/ns/default/sa/bookinfo-details"),
            ("destination_app", "details"), ("destination_version", "v1"), ("destination_service", "details.default.svc.cluster.local"), ("destination_canonical_service", "details"),
            ("destination_canonical_revision", "v1"), ("destination_service_name", "details"), ("destination_service_namespace", "default"), ("request_protocol", "http"),
            ("response_code", "200"), ("grpc_response_status", ""), ("response_flags", "-"), ("connection_security_policy", "mutual_tls"),
        ];
        Assert.All(expected, label => Assert.Equal(label.Item2, served.Labels.GetValueOrDefault(label.Item1)));
        Assert.Equal([.. expected.Select(label => label.Item1), "source_cluster", "destination_cluster"], served.Labels.Keys, (IEnumerable<string> left, IEnumerable<string> right) => left.ToHashSet().SetEquals(right));
        foreach (var histogram in new[] { "istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes" })
        {
            var point = Receiver.Points.First(point => point.Metric == histogram && point.Service == "productpage" && point.Has(("reporter", "source"), ("destination_workload", "details-v1")));
            Assert.True(point.Count > 0);
            Assert.Equal([0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000], point.Bounds);
        }
    }

    /// <summary>Envoy's line is the body of the record, in the category that a user switches.</summary>
    private static bool IsCallOfDetails(ReceivedLog log) =>
        log is { Service: "productpage", Category: "Mesh.AccessLog" } && log.Body.Contains("\"GET /details/0 HTTP/", StringComparison.Ordinal)
        && log.Body.Contains("outbound|9080||details.default.svc.cluster.local", StringComparison.Ordinal);

    private async Task<int> ViewAsync(int pages)
    {
        for (var page = 0; page < pages; page++)
        {
            Assert.Contains("Book Details", await Bookinfo.GetPageAsync(), StringComparison.Ordinal);
        }

        return pages;
    }

    /// <summary>As the receiver knows them.</summary>
    private double CallsOfDetails() => Receiver.Points
        .Where(point => point is { Metric: "istio_requests_total", Service: "productpage" } && point.Has(("reporter", "source"), ("destination_service_name", "details"), ("response_code", "200")))
        .Sum(point => point.Value);

    /// <summary>As the process itself knows them.</summary>
    private async Task<double> CallsOfDetailsNowAsync() =>
        Sum(await Bookinfo.GetMetricsAsync("productpage-v1"), "istio_requests_total{reporter=\"source\"", "destination_service_name=\"details\"", "response_code=\"200\"");

    private async Task<double> DroppedAsync(string signal, string reason) =>
        Sum(await Bookinfo.GetMetricsAsync("productpage-v1"), "mesh_telemetry_dropped_total{", $"signal=\"{signal}\"", $"reason=\"{reason}\"");

    private static double Sum(string text, string start, params string[] labels) => text.Split('\n')
        .Where(line => line.StartsWith(start, StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static Task ReachesAsync(string what, Func<Task<bool>> reached, Func<string>? seen = null) =>
        Eventually.ReachesAsync(what, reached, seen, Limit, TestContext.Current.CancellationToken);
}
