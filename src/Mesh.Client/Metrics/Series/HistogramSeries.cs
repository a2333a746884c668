using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.Client.Metrics.Series;

/// <summary>How often values fell into each bucket, and their sum; an instrument of the meter is fed as well while somebody listens to it.</summary>
/// <param name="labels">Of the series.</param>
/// <param name="scale">Buckets and units.</param>
/// <param name="instrument">For listeners.</param>
/// <param name="time">Of exemplars.</param>
internal sealed class HistogramSeries(SeriesLabels labels, HistogramScale scale, Histogram<double> instrument, TimeProvider time) : MetricSeries(labels)
{
    private readonly long[] _counts = new long[scale.Bounds.Length + 1];
    private readonly SeriesExemplar?[] _exemplars = new SeriesExemplar?[scale.Bounds.Length + 1];
    private readonly KeyValuePair<string, object?>[] _tags = labels.ToHashedTags();
    private long _sum;

    public HistogramScale Scale => scale;

    /// <summary>In the unit that is exported.</summary>
    public double Sum => Volatile.Read(ref _sum) / scale.PerUnit;

    /// <summary>Of each bucket by itself, the one without an upper bound last.</summary>
    public long[] ReadCounts()
    {
        var counts = new long[_counts.Length];
        for (var index = 0; index < counts.Length; index++)
        {
            counts[index] = Volatile.Read(ref _counts[index]);
        }

        return counts;
    }

    /// <summary>The last traced value of a bucket; null when there was none.</summary>
    public SeriesExemplar? Exemplar(int bucket) => Volatile.Read(ref _exemplars[bucket]);

    /// <param name="value">In raw units: ticks of time, bytes.</param>
    /// <param name="activity">Becomes an exemplar when it is recorded.</param>
    public void Record(long value, Activity? activity)
    {
        var bucket = scale.BucketOf(value);
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sum, value);
        if (activity is { Recorded: true })
        {
            Volatile.Write(ref _exemplars[bucket], new SeriesExemplar(activity.TraceId.ToString(), activity.SpanId.ToString(), value / scale.PerUnit, time.GetUtcNow()));
        }

        if (instrument.Enabled)
        {
            instrument.Record(value / scale.PerUnit, _tags);
        }
    }
}
