namespace Mesh.Client.Metrics.Series;

/// <summary>A sum that only grows.</summary>
internal sealed class CounterSeries(SeriesLabels labels) : MetricSeries(labels)
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
