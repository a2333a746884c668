using System.Text.RegularExpressions;
using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Protocol.Xds;
using Mesh.Server.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Metrics;

/// <summary>Istio's metrics of the requests that a process serves, and the page that shows them.</summary>
public sealed class RequestMetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Request_OfAWorkloadThatSaysWhoItIs_IsCountedWithItsLabels()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("x-envoy-peer-metadata", Metadata("productpage-v1"));

        await client.GetStringAsync("/", Cancellation);

        var series = Assert.Single(await SeriesAsync(app, count: 1));
        Assert.Equal(1, series.Value);
        Assert.Equal(
            "reporter=destination,source_workload=productpage-v1,source_canonical_service=productpage,source_canonical_revision=v1,source_workload_namespace=front,source_principal=unknown,"
            + "source_app=productpage,source_version=v1,source_cluster=unknown,destination_workload=reviews-v2,destination_workload_namespace=default,destination_principal=unknown,"
            + "destination_app=reviews,destination_version=v2,destination_service=reviews.default.svc.cluster.local,destination_canonical_service=reviews,destination_canonical_revision=v2,"
            + "destination_service_name=reviews,destination_service_namespace=default,destination_cluster=unknown,request_protocol=http,response_code=200,grpc_response_status=,"
            + "response_flags=-,connection_security_policy=none",
            series.Labels.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null)]
    [InlineData("nonsense!")]
    [InlineData("AAAA")]
    public async Task Request_OfSomebodyWhoDoesNot_IsFromUnknown(string? metadata)
    {
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        if (metadata is not null)
        {
            client.DefaultRequestHeaders.Add("x-envoy-peer-metadata", metadata);
        }

        await client.GetStringAsync("/", Cancellation);

        var labels = Assert.Single(await SeriesAsync(app, count: 1)).Labels.Pairs.ToDictionary();
        Assert.Equal(("unknown", "unknown"), (labels["source_workload"], labels["source_workload_namespace"]));
    }

    [Fact(Timeout = 30_000)]
    public async Task F07_CallerWithLongNames_HasThemCut()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("x-envoy-peer-metadata", Metadata(new string('w', 1_000)));

        await client.GetStringAsync("/", Cancellation);

        var labels = Assert.Single(await SeriesAsync(app, count: 1)).Labels.Pairs.ToDictionary();
        Assert.Equal(new string('w', 256), labels["source_workload"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task ManyCallersPathsAndMethods_StayWithinTheBound()
    {
        await using var app = await StartAsync(("Mesh:Telemetry:MaxSeries", "40"));
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        for (var index = 0; index < 600; index++)
        {
            using var request = new HttpRequestMessage(new HttpMethod($"M{index}"), $"/{index}?{index}") { Headers = { { "x-envoy-peer-metadata", Metadata($"w-{index}") }, { "end-user", $"u{index}" } } };
            (await client.SendAsync(request, Cancellation)).Dispose();
        }

        var all = await SeriesAsync(app, count: 600);

        Assert.InRange(all.Length, 2, 40);
        Assert.Contains(all, series => series.Labels.Pairs.Contains(new("source_workload", "other")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Page_AsTextAndAsOpenMetrics_ShowsEveryMetricOnce()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await client.GetStringAsync("/", Cancellation);
        await SeriesAsync(app, count: 1);

        var text = await client.GetStringAsync("/metrics", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", "application/openmetrics-text; version=1.0.0" } } };
        var open = await (await client.SendAsync(request, Cancellation)).Content.ReadAsStringAsync(Cancellation);

        Assert.Single(Regex.Matches(text, "^# TYPE istio_requests_total counter$", RegexOptions.Multiline));
        Assert.Single(Regex.Matches(text, "^# TYPE istio_request_duration_milliseconds histogram$", RegexOptions.Multiline));
        Assert.Matches(new Regex("^istio_requests_total\\{reporter=\"destination\",.*response_code=\"200\",.*\\} 1$", RegexOptions.Multiline), text);
        Assert.Matches(new Regex("^istio_request_duration_milliseconds_bucket\\{.*le=\"\\+Inf\"\\} 1$", RegexOptions.Multiline), text);
        Assert.Contains("# TYPE istio_requests counter", open, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open, StringComparison.Ordinal);
        Assert.Contains("dotnet_", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Page_AtAnAddressOfItsOwn_IsServedOutsideOfTheMeshAndNotCounted()
    {
        await using var app = await StartAsync(("Mesh:Telemetry:MetricsAddress", "http://127.0.0.1:0"));
        using var client = new HttpClient { BaseAddress = app.Services.GetRequiredService<MetricsServer>().Address };

        var text = await client.GetStringAsync("/metrics", Cancellation);
        using var nothing = await client.GetAsync("/", Cancellation);

        Assert.DoesNotContain("istio_requests_total{", text, StringComparison.Ordinal);
        Assert.Equal(404, (int)nothing.StatusCode);
    }

    [Fact]
    public async Task MapMeshMetrics_WithoutTheMesh_SaysWhatToDo()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("AddMesh()", Assert.Throws<InvalidOperationException>(() => app.MapMeshMetrics()).Message, StringComparison.Ordinal);
    }

    private static string Metadata(string workload) => new PeerMetadata
    {
        Name = workload + "-x", Namespace = "front", Workload = workload, App = "productpage", Version = "v1", CanonicalName = "productpage", CanonicalRevision = "v1",
    }.Encode();

    /// <summary>The caller may have its answer before it is counted.</summary>
    private static async Task<CounterSeries[]> SeriesAsync(WebApplication app, long count)
    {
        var meter = app.Services.GetRequiredService<TrafficMeter>();
        CounterSeries[] series;
        while ((series = [.. meter.Series(TrafficMetric.RequestCount).Cast<CounterSeries>()]).Sum(one => one.Value) < count)
        {
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }

        return series;
    }

    private static async Task<WebApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        builder.Configuration["Mesh:Service"] = "reviews";
        builder.Configuration["Mesh:Labels:version"] = "v2";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddMesh();
        var app = builder.Build();
        app.UseMesh();
        app.MapGet("/", () => "hello");
        app.MapMeshMetrics();
        await app.StartAsync(Cancellation);
        return app;
    }
}
