using System.Collections.Concurrent;
using Mesh.Client.Metrics.Rules;

namespace Mesh.Client.Metrics;

/// <summary>The series between two workloads that have been asked for, by what else decides; the last one is found at once.</summary>
/// <param name="rules">For which they hold.</param>
internal sealed class TrafficKeys(MetricRules rules)
{
    /// <summary>Beyond it series are looked up by their labels, which is slower and as exact.</summary>
    private const int Limit = 1_000;

    private readonly ConcurrentDictionary<TrafficKey, TrafficSeries> _known = new();
    private volatile Found? _last;

    public MetricRules Rules => rules;

    /// <param name="key">What decides.</param>
    /// <param name="state">For <paramref name="create"/>.</param>
    /// <param name="create">Resolves the series with the first request of its kind.</param>
    public TrafficSeries Find<TState>(in TrafficKey key, TState state, Func<TrafficKey, TState, TrafficSeries> create)
    {
        if (_last is { } last && last.Key == key)
        {
            return last.Series;
        }

        if (!_known.TryGetValue(key, out var series))
        {
            series = create(key, state);
            if (_known.Count < Limit)
            {
                _known[key] = series;
            }
        }

        _last = new Found(key, series);
        return series;
    }

    private sealed record Found(TrafficKey Key, TrafficSeries Series);
}
