namespace Mesh.Client.Hosting.Starvation;

/// <summary>How often the watch looks, and how fast it acts.</summary>
internal sealed record PoolPace
{
    /// <summary>Between two looks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two additions of threads.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>At one time: 80 threads a second, where the pool itself adds one or two.</summary>
    public int Threads { get; init; } = 8;

    /// <summary>Looks in a row that find the pool well until it counts as well.</summary>
    public int PunctualUntilOver { get; init; } = 2;

    /// <summary>The same until the threads are given back: half a minute.</summary>
    public int PunctualUntilLowered { get; init; } = 60;
}
