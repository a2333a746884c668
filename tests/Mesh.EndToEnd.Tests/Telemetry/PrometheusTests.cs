using System.Text.Json.Nodes;
using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Telemetry;

/// <summary>The real Prometheus reads Bookinfo and the control plane: both reporters count exactly what was sent, and Istio's well-known queries work.</summary>
[Collection(BookinfoRun.Name)]
public sealed class PrometheusTests(BookinfoMesh bookinfo)
{
    private const int Pages = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 180_000)]
    public async Task Counters_OfBothReporters_AgreeWithTheLoadExactly()
    {
        Peer.Prometheus.Require();
        bookinfo.UseScenarioText("");
        await using var prometheus = await PrometheusServer.StartAsync(new Dictionary<string, string[]>
        {
            ["bookinfo"] = [.. bookinfo.Report["workloads"]!.AsArray().Select(workload => new Uri((string)workload!["metrics"]!).Authority)],
            ["istiod"] = [new Uri((string)bookinfo.Report["controlPlane"]!["http"]!).Authority],
        }, TestContext.Current.CancellationToken);
        await Eventually.ReachesAsync("everything is scraped", async () => await prometheus.ValueAsync("sum(up)") == 7, timeout: Limit, cancellationToken: TestContext.Current.CancellationToken);
        var before = await CountsAsync(prometheus);

        for (var page = 0; page < Pages; page++)
        {
            await bookinfo.GetPageAsync();
        }

        Dictionary<string, double> counted = [];
        await Eventually.ReachesAsync(
            "the load is scraped",
            async () =>
            {
                var now = await CountsAsync(prometheus);
                counted = now.ToDictionary(pair => pair.Key, pair => pair.Value - before.GetValueOrDefault(pair.Key));
                return counted.Values.All(count => count >= Pages);
            },
            () => string.Join(", ", counted),
            Limit,
            TestContext.Current.CancellationToken);

        Assert.All(counted.Values, count => Assert.Equal(Pages, count));
        await CheckKnownQueriesAsync(prometheus);
    }

    private static async Task<Dictionary<string, double>> CountsAsync(PrometheusServer prometheus)
    {
        var counts = new Dictionary<string, double>();
        foreach (var reporter in new[] { "source", "destination" })
        {
            foreach (var service in new[] { "details", "reviews" })
            {
                counts[$"{reporter} {service}"] = await prometheus.ValueAsync(
                    $"sum(istio_requests_total{{reporter=\"{reporter}\",source_workload=\"productpage-v1\",destination_service_name=\"{service}\",destination_service=\"{service}.default.svc.cluster.local\",response_code=\"200\"}})");
            }
        }

        return counts;
    }

    private static async Task CheckKnownQueriesAsync(PrometheusServer prometheus)
    {
        var versions = await prometheus.QueryAsync("sum by (destination_version) (istio_requests_total{reporter=\"destination\",destination_canonical_service=\"reviews\"})");
        var success = await prometheus.ValueAsync(
            "sum(rate(istio_requests_total{reporter=\"destination\",destination_service_name=\"reviews\",response_code!~\"5.*\"}[1m])) / sum(rate(istio_requests_total{reporter=\"destination\",destination_service_name=\"reviews\"}[1m]))");
        var slowest = await prometheus.ValueAsync("histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter=\"source\",destination_service_name=\"reviews\"}[1m])))");
        var bytes = await prometheus.ValueAsync("sum(istio_response_bytes_sum{reporter=\"destination\",destination_workload=\"details-v1\"}) / sum(istio_response_bytes_count{reporter=\"destination\",destination_workload=\"details-v1\"})");
        var secured = await prometheus.QueryAsync("sum by (connection_security_policy, source_principal, destination_principal) (istio_requests_total{reporter=\"destination\",source_workload=\"productpage-v1\",destination_workload=\"details-v1\"})");

        Assert.Equal(["v1", "v2", "v3"], versions.Keys.Select(labels => (string)JsonNode.Parse(labels)!["destination_version"]!).Order());
        Assert.Equal(1, success);
        Assert.InRange(slowest, 0.0001, 10_000);
        Assert.InRange(bytes, 50, 1_000);
        var labels = JsonNode.Parse(Assert.Single(secured).Key)!;
        Assert.Equal("mutual_tls", (string)labels["connection_security_policy"]!);
        Assert.Equal("spiffe://cluster.local/ns/default/sa/bookinfo-productpage", (string)labels["source_principal"]!);
        Assert.Equal("spiffe://cluster.local/ns/default/sa/bookinfo-details", (string)labels["destination_principal"]!);
        Assert.Equal(7, await prometheus.ValueAsync("sum(pilot_xds)"));
        foreach (var query in IstioQueries.All)
        {
            var values = await prometheus.QueryAsync(query);

            // Between two scrapes without a request a ratio of rates is no number: what counts is that there are series with these names and labels.
            Assert.True(values.Count > 0 && !values.Values.Any(value => value < 0), $"{query}: {string.Join(", ", values)}");
        }
    }
}
