using System.Diagnostics;
using Mesh.Client.Metrics.Series;

namespace Mesh.Client.Metrics;

/// <summary>All series that one kind of request counts in; null for a metric that is off.</summary>
internal sealed class TrafficSeries
{
    private readonly CounterSeries? _requests;
    private readonly HistogramSeries? _duration;
    private readonly HistogramSeries? _requestBytes;
    private readonly HistogramSeries? _responseBytes;
    private readonly CounterSeries? _requestMessages;
    private readonly CounterSeries? _responseMessages;

    /// <param name="meter">Where the series are.</param>
    /// <param name="isGrpc">Whether messages count.</param>
    /// <param name="labels">Of each metric; null for one that is off.</param>
    public TrafficSeries(TrafficMeter meter, bool isGrpc, Func<TrafficMetric, SeriesLabels?> labels)
    {
        _requests = Counter(TrafficMetric.RequestCount);
        _duration = Histogram(TrafficMetric.RequestDuration);
        _requestBytes = Histogram(TrafficMetric.RequestSize);
        _responseBytes = Histogram(TrafficMetric.ResponseSize);
        _requestMessages = isGrpc ? Counter(TrafficMetric.GrpcRequestMessages) : null;
        _responseMessages = isGrpc ? Counter(TrafficMetric.GrpcResponseMessages) : null;

        CounterSeries? Counter(TrafficMetric metric) => labels(metric) is { } known ? meter.Counter(metric, known) : null;
        HistogramSeries? Histogram(TrafficMetric metric) => labels(metric) is { } known ? meter.Histogram(metric, known) : null;
    }

    public void Record(in TrafficSample sample, Activity? activity)
    {
        _requests?.Add(1);
        _duration?.Record(sample.Duration.Ticks, activity);
        _requestBytes?.Record(sample.RequestBytes, activity);
        _responseBytes?.Record(sample.ResponseBytes, activity);
        _requestMessages?.Add(sample.RequestMessages);
        _responseMessages?.Add(sample.ResponseMessages);
    }
}
