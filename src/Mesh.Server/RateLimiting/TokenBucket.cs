using Mesh.Client.Model;

namespace Mesh.Server.RateLimiting;

/// <summary>A token bucket that fills continuously, as Envoy's does; without locks, one number.</summary>
/// <remarks>
/// The number is the time at which the bucket is full again (the virtual scheduling form of the generic cell rate algorithm): a request moves it on by the time that one token
/// takes to come, and is refused when it would lie further ahead than all tokens take.
/// </remarks>
internal sealed class TokenBucket
{
    private readonly long _frequency;
    private long _full;

    // Replaced as a whole; a share that changes leaves what was taken as it is.
    private volatile Rate _rate;

    public TokenBucket(TokenBucketPolicy policy, TimeProvider time)
    {
        _frequency = time.TimestampFrequency;
        _rate = Rate.Of(policy, _frequency);
        _full = time.GetTimestamp();
    }

    /// <summary>Whether nothing has been taken for so long that a new bucket would be the same.</summary>
    public bool IsFull(long now) => Volatile.Read(ref _full) <= now;

    /// <summary>When the last request came, nearly: buckets that were used least recently are full the earliest.</summary>
    public long FullAt => Volatile.Read(ref _full);

    public uint Capacity => _rate.Capacity;

    /// <summary>The time from empty to full.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds((double)_rate.Depth / _frequency);

    public void Change(TokenBucketPolicy policy) => _rate = Rate.Of(policy, _frequency);

    public bool TryTake(long now)
    {
        var rate = _rate;
        while (true)
        {
            var full = Volatile.Read(ref _full);
            var next = Math.Max(full, now) + rate.PerToken;
            if (next - now > rate.Depth)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _full, next, full) == full)
            {
                return true;
            }
        }
    }

    /// <summary>A request that was counted is not let through after all.</summary>
    public void GiveBack() => Interlocked.Add(ref _full, -_rate.PerToken);

    public uint Remaining(long now)
    {
        var rate = _rate;
        var taken = Math.Max(0, Volatile.Read(ref _full) - now);
        return (uint)Math.Max(0, (rate.Depth - taken) / rate.PerToken);
    }

    /// <summary>The time until the next token; zero when there is one.</summary>
    public TimeSpan Wait(long now)
    {
        var rate = _rate;
        var wait = Math.Max(Volatile.Read(ref _full), now) + rate.PerToken - now - rate.Depth;
        return wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)wait / _frequency);
    }

    /// <param name="PerToken">Ticks of the clock until one token comes.</param>
    /// <param name="Depth">Ticks of the clock until all come.</param>
    /// <param name="Capacity">Most tokens.</param>
    private sealed record Rate(long PerToken, long Depth, uint Capacity)
    {
        public static Rate Of(TokenBucketPolicy policy, long frequency)
        {
            var perToken = Math.Max(1, (long)(policy.FillInterval.TotalSeconds * frequency / policy.TokensPerFill));
            return new Rate(perToken, perToken * policy.MaxTokens, policy.MaxTokens);
        }
    }
}
