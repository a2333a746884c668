using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline;
using Mesh.Client.Tests.Pipeline;

namespace Mesh.Client.Tests.Metrics;

/// <summary>Istio's metrics of the calls that a process makes.</summary>
public sealed class CallMetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_IsCountedWithAllOfIstiosLabels()
    {
        using var rig = new MetricsRig();

        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();
        (await rig.Mesh.GetAsync("http://reviews/other?x=1")).Dispose();

        var series = Assert.Single(rig.Counters(TrafficMetric.RequestCount));
        Assert.Equal(2, series.Value);
        Assert.Equal(
            "reporter=source,source_workload=productpage-v1,source_canonical_service=productpage,source_canonical_revision=v1,source_workload_namespace=default,source_principal=unknown,"
            + "source_app=productpage,source_version=v1,source_cluster=unknown,destination_workload=reviews-v2,destination_workload_namespace=shop,destination_principal=unknown,"
            + "destination_app=reviews,destination_version=v2,destination_service=reviews.shop.svc.cluster.local,destination_canonical_service=reviews,destination_canonical_revision=v2,"
            + "destination_service_name=reviews,destination_service_namespace=shop,destination_cluster=unknown,request_protocol=http,response_code=200,grpc_response_status=,"
            + "response_flags=-,connection_security_policy=unknown",
            series.Labels.ToString());
    }

    [Fact]
    public async Task Call_IsMeasuredInAllThreeHistograms()
    {
        using var rig = new MetricsRig();
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/") { Content = new ByteArrayContent(new byte[300]) };

        (await rig.Mesh.Invoker.SendAsync(request, Cancellation)).Dispose();

        Assert.Equal(1, Assert.Single(rig.Histograms(TrafficMetric.RequestDuration)).ReadCounts().Sum());
        var size = Assert.Single(rig.Histograms(TrafficMetric.RequestSize));
        Assert.Equal((300, 1), (size.Sum, size.ReadCounts()[size.Scale.Bounds.IndexOf(500)]));
        Assert.Equal(1, Assert.Single(rig.Histograms(TrafficMetric.ResponseSize)).Sum);
    }

    [Fact]
    public async Task GrpcCall_IsCountedByItsStatusAndMessages()
    {
        using var rig = new MetricsRig(new ScriptedEndpoints(async (request, cancellation) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellation);
            var response = new HttpResponseMessage { RequestMessage = request, Content = new ByteArrayContent([]) };
            response.Headers.Add("grpc-status", "14");
            return response;
        }));
        var content = new ByteArrayContent([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://reviews/x") { Content = content };

        (await rig.Mesh.Invoker.SendAsync(request, Cancellation)).Dispose();

        var series = Assert.Single(rig.Counters(TrafficMetric.RequestCount));
        Assert.Equal(("grpc", "200", "14"), (MetricsRig.Label(series, "request_protocol"), MetricsRig.Label(series, "response_code"), MetricsRig.Label(series, "grpc_response_status")));
        Assert.Equal(2, Assert.Single(rig.Counters(TrafficMetric.GrpcRequestMessages)).Value);
    }

    [Fact]
    public async Task Failure_OfTheMeshItself_IsCountedWithItsFlags()
    {
        using var rig = new MetricsRig(new ScriptedEndpoints((_, _) => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError, "refused"))));

        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();

        var series = Assert.Single(rig.Counters(TrafficMetric.RequestCount));
        Assert.Equal(("503", "UF", "reviews-v2"), (MetricsRig.Label(series, "response_code"), MetricsRig.Label(series, "response_flags"), MetricsRig.Label(series, "destination_workload")));
    }

    [Fact]
    public async Task TenThousandPathsHostsMethodsAndUsers_MakeThreeSeries()
    {
        using var rig = new MetricsRig();
        using var passthrough = new HttpMessageInvoker(new ScriptedEndpoints().Create(null!));
        var client = new OutboundClient(passthrough, null);
        rig.Mesh.OnSubscribe = authority => rig.Mesh.Answer(authority.Host, DestinationStatus.Unknown);

        for (var index = 0; index < 10_000; index++)
        {
            using var request = new HttpRequestMessage(new HttpMethod($"M{index}"), $"http://reviews/{index}?{index}");
            request.Headers.Add("end-user", $"user-{index}");
            request.Headers.Host = $"host-{index}";
            request.Headers.Host = null;
            (await rig.Mesh.Invoker.SendAsync(request, Cancellation)).Dispose();
        }

        for (var index = 0; index < 300; index++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://host-{index}/");
            (await rig.Mesh.Pipeline.SendAsync(request, client, Cancellation)).Dispose();
        }

        Assert.Equal([300, 10_000], rig.Counters(TrafficMetric.RequestCount).Select(series => series.Value).Order());
        Assert.Contains(rig.Counters(TrafficMetric.RequestCount), series => MetricsRig.Label(series, "destination_service_name") == "PassthroughCluster" && MetricsRig.Label(series, "destination_service") == "unknown");
    }

    [Fact]
    public async Task Statuses_BeyondTheLimit_ShareOneSeries()
    {
        var status = 100;
        using var rig = new MetricsRig(new ScriptedEndpoints((request, _) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)(++status)) { RequestMessage = request, Content = new ByteArrayContent([]) })), limit: 50);

        for (var index = 0; index < 500; index++)
        {
            (await rig.Mesh.GetAsync("http://reviews/")).Dispose();
        }

        var all = rig.Counters(TrafficMetric.RequestCount);
        Assert.InRange(all.Length, 2, 50);
        Assert.Equal(500, all.Sum(series => series.Value));
        var other = Assert.Single(all, series => MetricsRig.Label(series, "response_code") == "other");
        Assert.Equal(("source", "other"), (MetricsRig.Label(other, "reporter"), MetricsRig.Label(other, "destination_workload")));
    }

    [Fact]
    public async Task TagOverrides_SetRemoveAndAddLabels()
    {
        using var rig = new MetricsRig();
        rig.Change(new MetricOverride("REQUEST_COUNT", IsDisabled: false,
        [
            new TagOverride("destination_app", "upstream_peer.labels['app'] + '!'"),
            new TagOverride("request_host", "request.host"),
            new TagOverride("lost", "request.nonsense"),
            new TagOverride("source_app", null),
            new TagOverride("answer", "response.code >= 500 ? 'bad' : 'good'"),
        ]));

        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();

        var series = Assert.Single(rig.Counters(TrafficMetric.RequestCount));
        Assert.Equal(
            ("reviews!", "reviews", "unknown", null, "good"),
            (MetricsRig.Label(series, "destination_app"), MetricsRig.Label(series, "request_host"), MetricsRig.Label(series, "lost"), MetricsRig.Label(series, "source_app"), MetricsRig.Label(series, "answer")));
        Assert.Equal("productpage", MetricsRig.Label(Assert.Single(rig.Histograms(TrafficMetric.RequestDuration)), "source_app"));
    }

    [Fact]
    public async Task Metric_ThatIsDisabled_IsNotMadeAnyMoreAndAgainLater()
    {
        using var rig = new MetricsRig();

        rig.Change(new MetricOverride("REQUEST_COUNT", IsDisabled: true, []));
        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();
        Assert.Empty(rig.Counters(TrafficMetric.RequestCount));
        Assert.Single(rig.Histograms(TrafficMetric.RequestDuration));

        rig.Change();
        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();
        Assert.Equal(1, Assert.Single(rig.Counters(TrafficMetric.RequestCount)).Value);
    }

    [Fact]
    public async Task AllMetrics_Disabled_AreNone()
    {
        using var rig = new MetricsRig();
        rig.Policy.Publish(new WorkloadTelemetry { Metrics = new MetricsPolicy { IsDisabled = true } });

        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();

        Assert.Empty(rig.Counters(TrafficMetric.RequestCount));
        Assert.Empty(rig.Histograms(TrafficMetric.RequestDuration));
    }

    [Fact]
    public async Task Expression_ThatIsNone_LeavesTheLabelAndIsTold()
    {
        using var rig = new MetricsRig();

        rig.Change(new MetricOverride("REQUEST_COUNT", IsDisabled: false, [new TagOverride("source_app", "request.")]));
        (await rig.Mesh.GetAsync("http://reviews/")).Dispose();

        Assert.Equal("productpage", MetricsRig.Label(Assert.Single(rig.Counters(TrafficMetric.RequestCount)), "source_app"));
        Assert.Contains(rig.Logs.Entries, entry => entry.EventName == "TagOverrideIgnored");
    }
}
