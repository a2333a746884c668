namespace Mesh.ControlPlane.Authority.Issuance;

/// <summary>Gives every caller its own token bucket, so that one that asks without end takes nothing from the others (S34).</summary>
internal sealed class CallerRateLimit(double rate, int burst, TimeProvider time)
{
    /// <summary>Callers are authenticated, so there are as many as identities; full buckets are forgotten above this.</summary>
    private const int ForgetAbove = 10_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public bool TryTake(string caller)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_buckets.TryGetValue(caller, out var bucket))
            {
                Forget(now);
                bucket = new Bucket(burst, now);
            }

            var tokens = Refill(bucket, now);
            _buckets[caller] = new Bucket(tokens >= 1 ? tokens - 1 : tokens, now);
            return tokens >= 1;
        }
    }

    private double Refill(Bucket bucket, long now) => Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * rate));

    private void Forget(long now)
    {
        if (_buckets.Count < ForgetAbove)
        {
            return;
        }

        foreach (var (caller, _) in _buckets.Where(pair => Refill(pair.Value, now) >= burst).ToArray())
        {
            _buckets.Remove(caller);
        }
    }

    private readonly record struct Bucket(double Tokens, long At);
}
