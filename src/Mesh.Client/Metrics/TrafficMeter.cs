using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Istio's standard metrics of this process: the series, and the instruments of the meter <c>Mesh</c> that show them to whoever listens.</summary>
/// <remarks>
/// Values are kept here and read from here by the page for Prometheus; instruments that observe cost nothing between two collections. Histograms cannot be observed, so
/// that they are fed one by one, but only while somebody listens: an OpenTelemetry SDK looks its 25 labels up for each value, which costs more than all the rest.
/// </remarks>
internal sealed class TrafficMeter
{
    private static readonly ImmutableArray<TrafficMetric> Histograms = [TrafficMetric.RequestDuration, TrafficMetric.RequestSize, TrafficMetric.ResponseSize];

    private readonly SeriesStore<CounterSeries>?[] _counters = new SeriesStore<CounterSeries>?[(int)TrafficMetric.Count];
    private readonly SeriesStore<HistogramSeries>?[] _histograms = new SeriesStore<HistogramSeries>?[(int)TrafficMetric.Count];

    /// <param name="meters">Null in tests of parts.</param>
    /// <param name="limit">Series of an instrument.</param>
    /// <param name="time">Of exemplars.</param>
    public TrafficMeter(IMeterFactory? meters, int limit, TimeProvider time)
    {
        var meter = meters?.Create(MeshTelemetry.MeterName) ?? new Meter(MeshTelemetry.MeterName);
        var overflow = meter.CreateCounter<long>("mesh.metrics.overflow", "{series}", "Label sets that found no room among the series of an instrument.");
        for (var metric = TrafficMetric.RequestCount; metric < TrafficMetric.Count; metric++)
        {
            var name = TrafficMetricNames.Instrument(metric);
            var tag = new KeyValuePair<string, object?>("instrument", name);
            if (Histograms.Contains(metric))
            {
                var scale = metric is TrafficMetric.RequestDuration ? HistogramScale.Milliseconds : HistogramScale.Bytes;
                var instrument = meter.CreateHistogram(
                    name, unit: null, TrafficMetricNames.Help(metric), tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = scale.Bounds });
                _histograms[(int)metric] = new(limit, labels => new HistogramSeries(labels, scale, instrument, time), () => overflow.Add(1, tag));
            }
            else
            {
                var store = new SeriesStore<CounterSeries>(limit, static labels => new CounterSeries(labels), () => overflow.Add(1, tag));
                _counters[(int)metric] = store;
                meter.CreateObservableCounter(name, () => store.All.Select(series => new Measurement<long>(series.Value, series.Tags)), unit: null, TrafficMetricNames.Help(metric));
            }
        }
    }

    public CounterSeries Counter(TrafficMetric metric, SeriesLabels labels) => _counters[(int)metric]!.Find(labels);

    public HistogramSeries Histogram(TrafficMetric metric, SeriesLabels labels) => _histograms[(int)metric]!.Find(labels);

    /// <summary>Every series of a metric.</summary>
    public IEnumerable<MetricSeries> Series(TrafficMetric metric) =>
        _counters[(int)metric] is { } counters ? counters.All : _histograms[(int)metric]!.All;
}
