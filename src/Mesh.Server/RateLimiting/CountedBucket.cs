namespace Mesh.Server.RateLimiting;

/// <summary>A bucket, and what was asked of it since the last report of a quota.</summary>
internal sealed class CountedBucket(TokenBucket tokens)
{
    private long _allowed;
    private long _denied;

    public TokenBucket Tokens => tokens;

    /// <summary>Whether the control plane has been told of it.</summary>
    public bool IsReported { get; set; }

    public bool TryTake(long now)
    {
        var isAllowed = tokens.TryTake(now);
        Interlocked.Increment(ref isAllowed ? ref _allowed : ref _denied);
        return isAllowed;
    }

    public void GiveBack()
    {
        tokens.GiveBack();
        Interlocked.Decrement(ref _allowed);
    }

    /// <summary>Begins to count anew.</summary>
    public (long Allowed, long Denied) TakeCounts() => (Math.Max(0, Interlocked.Exchange(ref _allowed, 0)), Interlocked.Exchange(ref _denied, 0));
}
