namespace Mesh.Client.Health.Outliers;

/// <summary>Requests of one interval and how many of them succeeded; counting costs one interlocked operation.</summary>
internal struct RateWindow
{
    private const long OneRequest = 1L << 32;

    // Requests in the upper half, successes in the lower: both always belong together.
    private long _counts;

    public void Add(bool succeeded) => Interlocked.Add(ref _counts, succeeded ? OneRequest + 1 : OneRequest);

    /// <summary>Ends the interval and begins the next.</summary>
    public (uint Requests, uint Successes) Take()
    {
        var counts = (ulong)Interlocked.Exchange(ref _counts, 0);
        return ((uint)(counts >> 32), (uint)counts);
    }
}
