namespace Mesh.Client.Metrics.Series;

/// <summary>A sum that only grows.</summary>
internal sealed class CounterSeries(SeriesLabels labels) : MetricSeries(labels)
{
    private long _value;

    /// <summary>As meters take them.</summary>
    public KeyValuePair<string, object?>[] Tags { get; } = labels.ToTags();

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
