using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Mesh.Client.Metrics.Series;

/// <summary>The series of one instrument, a bounded number: what comes when it is full shares one series whose labels say <c>other</c>.</summary>
/// <param name="limit">How many, the shared one included.</param>
/// <param name="create">Makes a series.</param>
/// <param name="overflowed">Told of each label set that found no room.</param>
internal sealed class SeriesStore<TSeries>(int limit, Func<SeriesLabels, TSeries> create, Action overflowed)
    where TSeries : MetricSeries
{
    private const string Other = "other";
    private const string Reporter = "reporter";

    private readonly ConcurrentDictionary<SeriesLabels, TSeries> _series = new();
    private readonly Lock _lock = new();

    public IEnumerable<TSeries> All => _series.Values;

    /// <summary>The same for equal labels.</summary>
    public TSeries Find(SeriesLabels labels)
    {
        if (_series.TryGetValue(labels, out var known))
        {
            return known;
        }

        lock (_lock)
        {
            if (_series.TryGetValue(labels, out known))
            {
                return known;
            }

            // Both reporters have a shared series of their own: half of the mesh is not the other half.
            if (_series.Count < limit - 2)
            {
                return _series[labels] = create(labels);
            }

            overflowed();
            var shared = new SeriesLabels([.. labels.Pairs.Select(pair => pair.Key == Reporter ? pair : new KeyValuePair<string, string>(pair.Key, Other))]);
            return _series.TryGetValue(shared, out known) || _series.Count >= limit
                ? known ?? _series.Values.First(series => IsShared(series.Labels.Pairs))
                : _series[shared] = create(shared);
        }
    }

    private static bool IsShared(ImmutableArray<KeyValuePair<string, string>> pairs) => pairs.All(pair => pair.Key == Reporter || pair.Value == Other);
}
