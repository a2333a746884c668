using System.Collections.Concurrent;
using Mesh.Client.Model;

namespace Mesh.Server.RateLimiting;

/// <summary>The buckets of one limit by the values that are counted apart, a bounded number.</summary>
internal sealed class LimitBuckets(RateLimitPolicy policy, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, CountedBucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _count;

    public ICollection<KeyValuePair<string, CountedBucket>> All => _buckets;

    public CountedBucket Get(string values) => _buckets.TryGetValue(values, out var known) ? known : Add(values);

    public CountedBucket? Find(string values) => _buckets.GetValueOrDefault(values);

    private CountedBucket Add(string values)
    {
        lock (_lock)
        {
            if (_buckets.TryGetValue(values, out var known))
            {
                return known;
            }

            if (_count >= policy.MaxBuckets)
            {
                MakeRoom();
            }

            _count++;
            return _buckets[values] = new CountedBucket(new TokenBucket(policy.Bucket, time));
        }
    }

    /// <summary>Full ones are as good as new; if there are none, those used least recently go: a tenth at a time, so that a flood of values does not search for each.</summary>
    private void MakeRoom()
    {
        var now = time.GetTimestamp();
        var least = Math.Max(1, policy.MaxBuckets / 10);
        var full = _buckets.Where(bucket => bucket.Value.Tokens.IsFull(now)).ToArray();
        var leaving = full.Length >= least ? full : [.. _buckets.OrderBy(bucket => bucket.Value.Tokens.FullAt).Take(least)];
        foreach (var (values, _) in leaving)
        {
            if (_buckets.TryRemove(values, out _))
            {
                _count--;
            }
        }
    }
}
