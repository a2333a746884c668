using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Telemetry.Exposition;
using Microsoft.AspNetCore.Http;

namespace Mesh.Telemetry.Tests.Exposition;

/// <summary>The whole page, from instruments to text.</summary>
public sealed class MetricsPageTests : IDisposable
{
    // A name of its own, as meters are seen by every listener of the process.
    private readonly Meter _meter = new($"test-{Guid.NewGuid():N}");
    private readonly MetricsPage _page;

    public MetricsPageTests() => _page = new MetricsPage([_meter.Name]);

    public void Dispose()
    {
        _page.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Counter_WithLabels_IsWrittenInBothTexts()
    {
        _meter.CreateCounter<long>("istio_requests_total", null, "Requests.\nAll of them, \"really\".").Add(3, new("b.code", "200"), new("z", "a\"b\\c\nd"));

        var text = await ScrapeAsync(null);
        var open = await ScrapeAsync("application/openmetrics-text");

        Assert.Equal(
            "# HELP istio_requests_total Requests.\\nAll of them, \"really\".\n# TYPE istio_requests_total counter\n"
            + "istio_requests_total{b_code=\"200\",z=\"a\\\"b\\\\c\\nd\"} 3\n",
            text);
        Assert.Equal(
            "# HELP istio_requests Requests.\\nAll of them, \\\"really\\\".\n# TYPE istio_requests counter\n"
            + "istio_requests_total{b_code=\"200\",z=\"a\\\"b\\\\c\\nd\"} 3\n# EOF\n",
            open);
    }

    [Fact]
    public async Task Histogram_InText_HasBucketsThatAddUp()
    {
        var histogram = _meter.CreateHistogram("wait", "s", "", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        histogram.Record(0.5);
        histogram.Record(0.75);
        histogram.Record(7);

        Assert.Equal(
            "# TYPE wait_seconds histogram\nwait_seconds_bucket{le=\"0.5\"} 1\nwait_seconds_bucket{le=\"1\"} 2\nwait_seconds_bucket{le=\"+Inf\"} 3\nwait_seconds_sum 8.25\nwait_seconds_count 3\n",
            await ScrapeAsync(null));
    }

    [Fact]
    public async Task Gauge_WithAUnit_HasItAsAWordAndInOpenMetricsAsALine()
    {
        _meter.CreateObservableGauge("age", () => double.PositiveInfinity, "s");

        Assert.Equal("# TYPE age_seconds gauge\n# UNIT age_seconds seconds\nage_seconds +Inf\n# EOF\n", await ScrapeAsync("application/openmetrics-text"));
    }

    [Fact]
    public async Task Measurement_InsideASampledTrace_IsAnExemplarOfItsBucket()
    {
        var histogram = _meter.CreateHistogram("wait", "s", "", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        using var activity = new Activity("call").SetIdFormat(ActivityIdFormat.W3C);
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        activity.Start();
        histogram.Record(4);
        activity.Stop();

        var open = await ScrapeAsync("application/openmetrics-text");

        var line = Assert.Single(open.Split('\n'), line => line.Contains("trace_id", StringComparison.Ordinal));
        Assert.StartsWith($"wait_seconds_bucket{{le=\"+Inf\"}} 1 # {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 4 ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", await ScrapeAsync(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_BeyondTheLimit_GoIntoOne()
    {
        var counter = _meter.CreateCounter<long>("paths");
        for (var number = 0; number < 5_000; number++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("path", $"/{number}"));
        }

        var lines = (await ScrapeAsync(null)).Split('\n').Where(line => line.StartsWith("paths_total{", StringComparison.Ordinal)).ToArray();

        Assert.InRange(lines.Length, 1_000, 2_001);
        Assert.Contains(lines, line => line.StartsWith("paths_total{otel_metric_overflow=\"true\"} ", StringComparison.Ordinal));
        Assert.Equal(5_000, lines.Sum(line => long.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Labels_ThatBecomeTheSame_AreJoined()
    {
        _meter.CreateCounter<long>("c").Add(1, new("a.b", "1"), new("a_b", "2"));

        Assert.Contains("c_total{a_b=\"1;2\"} 1\n", await ScrapeAsync(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithNothingMeasured_IsAnEmptyText()
    {
        Assert.Equal("", await ScrapeAsync(null));
        Assert.Equal("# EOF\n", await ScrapeAsync("application/openmetrics-text"));
    }

    [Fact]
    public async Task Scrapes_AtOnce_AreEachWhole()
    {
        var counter = _meter.CreateCounter<long>("c");
        counter.Add(1);

        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => ScrapeAsync(null), TestContext.Current.CancellationToken)));

        Assert.All(texts, text => Assert.Equal("# TYPE c_total counter\nc_total 1\n", text));
    }

    [Fact]
    public async Task Page_ThatKeepsNames_AddsNothingAndIsPlainTextForEverybody()
    {
        using var page = new MetricsPage([_meter.Name], keepsNames: true);
        _meter.CreateCounter<long>("pilot_xds_pushes", "s").Add(2);
        var http = new DefaultHttpContext();
        http.Request.Headers.Accept = "application/openmetrics-text";
        using var body = new MemoryStream();
        http.Response.Body = body;

        await page.WriteAsync(http);

        Assert.Equal("# TYPE pilot_xds_pushes counter\npilot_xds_pushes 2\n", System.Text.Encoding.UTF8.GetString(body.ToArray()));
        Assert.StartsWith("text/plain", http.Response.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_GivenFamilies_AreWrittenOneSeriesAfterTheOther()
    {
        var read = 0;
        var labels = new KeyValuePair<string, string>("path", new string('a', 1_000));
        var family = new GivenFamily("requests", FamilyKind.Counter, "Requests.", Enumerable.Range(0, 1_000).Select(_ => new GivenSeries([labels], ++read)));
        using var page = new MetricsPage([_meter.Name], given: () => [family]);
        var http = new DefaultHttpContext();
        http.Request.Headers.Accept = "application/openmetrics-text";
        using var body = new MemoryStream();
        http.Response.Body = new WatchedWrites(body, written => Assert.InRange(written, (read - 2) * 1_000L, (read + 2) * 1_100L));

        await page.WriteAsync(http);

        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        Assert.Equal(1_000, read);
        Assert.Equal(1_000, text.Split('\n').Count(line => line.StartsWith("requests_total{path=", StringComparison.Ordinal)));
        Assert.EndsWith("} 1000\n# EOF\n", text, StringComparison.Ordinal);
    }

    private async Task<string> ScrapeAsync(string? accept)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Accept = accept;
        using var body = new MemoryStream();
        http.Response.Body = body;
        await _page.WriteAsync(http);

        Assert.Equal(200, http.Response.StatusCode);
        Assert.StartsWith(accept is null ? "text/plain; version=0.0.4" : "application/openmetrics-text; version=1.0.0", http.Response.ContentType, StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
