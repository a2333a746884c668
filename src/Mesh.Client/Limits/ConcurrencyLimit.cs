namespace Mesh.Client.Limits;

/// <summary>Counts what is in use at one time and refuses what would be more than the limit: exact under any concurrency, and changeable while in use.</summary>
internal sealed class ConcurrencyLimit
{
    private int _inUse;
    private int _limit = int.MaxValue;

    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>Whether nothing more is taken now.</summary>
    public bool IsFull => Volatile.Read(ref _inUse) >= Volatile.Read(ref _limit);

    /// <summary>Whether there is one; everything is counted all the same, so that one that comes later is exact from its start.</summary>
    public bool IsLimited => Volatile.Read(ref _limit) != int.MaxValue;

    /// <summary>Puts another limit in force; what is in use stays so, also above a lower limit.</summary>
    /// <param name="limit">Null means none.</param>
    /// <returns>Whether more can be taken than before.</returns>
    public bool Change(uint? limit)
    {
        var next = (int)Math.Min(limit ?? int.MaxValue, int.MaxValue);
        return Interlocked.Exchange(ref _limit, next) < next;
    }

    /// <summary>Takes one; false, and nothing taken, when the limit is reached.</summary>
    public bool TryEnter()
    {
        var limit = Volatile.Read(ref _limit);
        if (limit == int.MaxValue)
        {
            Interlocked.Increment(ref _inUse);
            return true;
        }

        // Not increment and take back: the passing excess would turn away a request that has its place.
        var seen = Volatile.Read(ref _inUse);
        while (seen < limit)
        {
            var before = Interlocked.CompareExchange(ref _inUse, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Takes one whatever the limit.</summary>
    public void Enter() => Interlocked.Increment(ref _inUse);

    public void Leave() => Interlocked.Decrement(ref _inUse);
}
