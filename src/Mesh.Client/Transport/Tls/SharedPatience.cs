namespace Mesh.Client.Transport.Tls;

/// <summary>How long one may still wait for what is missing: it is one time for all, so that only the first calls wait for what does not come.</summary>
/// <param name="limit">From the first wait on.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedPatience(TimeSpan limit, TimeProvider time)
{
    private const long NobodyWaits = 0;

    private long _end = NobodyWaits;

    /// <summary>Zero when the time is over; asking is the beginning of a wait.</summary>
    public TimeSpan Left()
    {
        var now = time.GetTimestamp();
        var end = now + (long)(limit.TotalSeconds * time.TimestampFrequency);
        var begun = Interlocked.CompareExchange(ref _end, end, NobodyWaits);
        var left = time.GetElapsedTime(now, begun == NobodyWaits ? end : begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>It came: should it be missing again, that is another wait.</summary>
    public void Restore() => Volatile.Write(ref _end, NobodyWaits);
}
