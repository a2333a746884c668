namespace Mesh.ControlPlane.Quotas;

/// <summary>Keeps the buckets of all quotas, and gives every process that reports its share.</summary>
/// <param name="find">The quota of a limit by its name; null when no configuration says so any more.</param>
internal sealed class QuotaLedger(Func<string, QuotaLimit?> find)
{
    /// <summary>Buckets in all: values of headers make them, so callers could fill the memory.</summary>
    public const int MaxBuckets = 100_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<QuotaKey, QuotaBucket> _buckets = [];

    /// <summary>The share of a stream after its report; null when there is no such quota, or no room for one more bucket: the process then counts by itself.</summary>
    /// <param name="stream">Who reports.</param>
    /// <param name="key">The bucket.</param>
    /// <param name="requests">Allowed and denied since its last report.</param>
    /// <param name="elapsed">The time since then; zero with the first report.</param>
    public QuotaShare? Report(long stream, QuotaKey key, ulong requests, TimeSpan elapsed)
    {
        if (find(key.Limit) is not { } limit)
        {
            Leave(stream, key);
            return null;
        }

        lock (_lock)
        {
            if (!_buckets.TryGetValue(key, out var bucket))
            {
                if (_buckets.Count >= MaxBuckets)
                {
                    return null;
                }

                _buckets[key] = bucket = new QuotaBucket();
            }

            bucket.Report(stream, requests, elapsed);
            return new QuotaShare(bucket.ShareOf(stream, limit.PerSecond), limit.Period);
        }
    }

    /// <summary>A stream uses a bucket no more.</summary>
    public void Leave(long stream, QuotaKey key)
    {
        lock (_lock)
        {
            if (_buckets.TryGetValue(key, out var bucket))
            {
                bucket.Leave(stream);
                if (bucket.Members == 0)
                {
                    _buckets.Remove(key);
                }
            }
        }
    }
}
