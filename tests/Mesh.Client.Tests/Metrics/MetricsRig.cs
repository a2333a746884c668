using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tests.Pipeline;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Metrics;

/// <summary>The metrics of calls over hand-made snapshots.</summary>
internal sealed class MetricsRig : IDisposable
{
    public static readonly WorkloadReference Local = new()
    {
        Name = "productpage-v1", Namespace = "default", CanonicalService = "productpage", CanonicalRevision = "v1", App = "productpage", Version = "v1",
    };

    public static readonly WorkloadReference Reviews = new()
    {
        Name = "reviews-v2", Namespace = "shop", CanonicalService = "reviews", CanonicalRevision = "v2", App = "reviews", Version = "v2",
    };

    public MetricsRig(ScriptedEndpoints? endpoints = null, int limit = MeshTelemetryOptions.DefaultMaxSeries, params ICallSink[] others)
    {
        Meter = new TrafficMeter(null, limit, TimeProvider.System);
        Rules = new TrafficRules(Policy, new LoggerFactory([Logs]).CreateLogger<TrafficRules>());
        Sink = new CallMetrics(Meter, Rules, new LocalWorkload(Local, new ServiceReference("productpage.default.svc.cluster.local", "productpage", "default"), identity: null), new AttemptCounts(null));
        Mesh = new OutboundHarness(endpoints ?? new ScriptedEndpoints(), sinks: [Sink, .. others]).Publish(new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], [OutboundHarness.To("one")]),
            Clusters = new Dictionary<string, Cluster> { ["one"] = Cluster() }.ToFrozenDictionary(),
        });
    }

    public TelemetryPolicy Policy { get; } = new();

    public LogCollector Logs { get; } = new();

    public TrafficMeter Meter { get; }

    public TrafficRules Rules { get; }

    public CallMetrics Sink { get; }

    public OutboundHarness Mesh { get; }

    public void Change(params ImmutableArray<MetricOverride> client) => Policy.Publish(new WorkloadTelemetry { Metrics = new MetricsPolicy { Client = client } });

    public CounterSeries[] Counters(TrafficMetric metric) => [.. Meter.Series(metric).Cast<CounterSeries>()];

    public HistogramSeries[] Histograms(TrafficMetric metric) => [.. Meter.Series(metric).Cast<HistogramSeries>()];

    public static string? Label(MetricSeries series, string name) =>
        series.Labels.Pairs.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    public void Dispose() => Mesh.Dispose();

    private static Cluster Cluster()
    {
        var plain = OutboundHarness.Cluster("one", 1);
        return plain with
        {
            Service = new ServiceReference("reviews.shop.svc.cluster.local", "reviews", "shop"),
            Endpoints = plain.Endpoints with
            {
                Localities = [.. plain.Endpoints.Localities.Select(locality => locality with { Endpoints = [.. locality.Endpoints.Select(endpoint => endpoint with { Workload = Reviews })] })],
            },
        };
    }
}
