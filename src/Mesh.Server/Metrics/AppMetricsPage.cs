using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Telemetry;
using Mesh.Telemetry.Exposition;
using OpenTelemetry.Metrics;

namespace Mesh.Server.Metrics;

/// <summary>The page for Prometheus of an application: Istio's metrics from where they are kept, all others from their meters.</summary>
internal sealed class AppMetricsPage : IDisposable
{
    private const string IstioPrefix = "istio_";
    private const string RuntimeMeter = "System.Runtime";

    /// <param name="meter">Istio's metrics.</param>
    /// <param name="meters">Names of further meters.</param>
    public AppMetricsPage(TrafficMeter meter, IEnumerable<string> meters) =>
        Page = new MetricsPage([MeshTelemetry.MeterName, RuntimeMeter, .. meters], LeaveOut, given: () => Families(meter));

    public MetricsPage Page { get; }

    public void Dispose() => Page.Dispose();

    /// <summary>Nobody listens to the instruments of Istio's metrics then, which is what makes them cheap.</summary>
    private static void LeaveOut(MeterProviderBuilder builder) => builder.AddView(
        static instrument => instrument.Name.StartsWith(IstioPrefix, StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null);

    private static IEnumerable<GivenFamily> Families(TrafficMeter meter)
    {
        for (var metric = TrafficMetric.RequestCount; metric < TrafficMetric.Count; metric++)
        {
            var series = meter.Series(metric).ToArray();
            var kind = series is [HistogramSeries, ..] ? FamilyKind.Histogram : FamilyKind.Counter;
            yield return new GivenFamily(TrafficMetricNames.Instrument(metric), kind, TrafficMetricNames.Help(metric), series.Select(Given));
        }
    }

    private static GivenSeries Given(MetricSeries series) => series switch
    {
        CounterSeries counter => new GivenSeries(counter.Labels.Pairs, counter.Value),
        HistogramSeries histogram => new GivenSeries(
            histogram.Labels.Pairs,
            0,
            new GivenHistogram(
                histogram.Scale.Bounds,
                histogram.ReadCounts(),
                histogram.Sum,
                bucket => histogram.Exemplar(bucket) is { } exemplar ? new GivenExemplar(exemplar.TraceId, exemplar.SpanId, exemplar.Value, exemplar.Time) : null)),
        _ => throw new InvalidOperationException($"Expected a counter or a histogram, got {series.GetType()}."),
    };
}
