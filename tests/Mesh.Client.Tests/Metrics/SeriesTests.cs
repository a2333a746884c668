using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;

namespace Mesh.Client.Tests.Metrics;

/// <summary>How series are kept.</summary>
public sealed class SeriesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(5_000, 0)]
    [InlineData(5_001, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(long.MaxValue, 19)]
    public void BucketOf_AValue_IsTheFirstWhoseBoundItDoesNotExceed(long ticks, int bucket) => Assert.Equal(bucket, HistogramScale.Milliseconds.BucketOf(ticks));

    [Fact]
    public void Find_ManyAtOnce_NeverExceedsTheLimitAndLosesNothing()
    {
        var overflowed = 0;
        var store = new SeriesStore<CounterSeries>(100, labels => new CounterSeries(labels), () => Interlocked.Increment(ref overflowed));

        Parallel.For(0, 10_000, index => store.Find(Labels(index % 2 == 0 ? "source" : "destination", index % 1_000)).Add(1));

        Assert.InRange(store.All.Count(), 90, 100);
        Assert.Equal(10_000, store.All.Sum(series => series.Value));
        Assert.True(overflowed > 0);
        Assert.Equal(["destination", "source"], store.All.Where(series => MetricsRig.Label(series, "code") == "other").Select(series => MetricsRig.Label(series, "reporter")).Order());
    }

    [Fact]
    public void Record_WhileSomebodyListens_FeedsTheInstrumentWithAllLabels()
    {
        var seen = new List<(double Value, int Tags)>();
        var meter = new TrafficMeter(null, 100, TimeProvider.System);
        var series = meter.Histogram(TrafficMetric.RequestDuration, Labels("source", 1));
        series.Record(TimeSpan.TicksPerMillisecond, null);
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "istio_request_duration_milliseconds") { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Value?.ToString() == "unique-1"))
            {
                seen.Add((value, tags.Length));
            }
        });
        listener.Start();

        series.Record(3 * TimeSpan.TicksPerMillisecond, null);

        Assert.Equal([(3.0, 2)], seen);
        Assert.Equal(4, series.Sum);
    }

    [Fact]
    public void Record_InsideARecordedTrace_KeepsAnExemplar()
    {
        var series = new TrafficMeter(null, 100, TimeProvider.System).Histogram(TrafficMetric.RequestDuration, Labels("source", 2));
        using var activity = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();

        series.Record(3 * TimeSpan.TicksPerMillisecond, activity);

        var exemplar = series.Exemplar(HistogramScale.Milliseconds.BucketOf(3 * TimeSpan.TicksPerMillisecond));
        Assert.Equal((activity.TraceId.ToString(), 3.0), (exemplar!.TraceId, exemplar.Value));
        Assert.Null(series.Exemplar(0));
    }

    private static SeriesLabels Labels(string reporter, int code) => new([new("reporter", reporter), new("code", $"unique-{code}")]);
}
