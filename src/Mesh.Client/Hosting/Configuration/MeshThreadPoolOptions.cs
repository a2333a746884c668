namespace Mesh.Client;

/// <summary>The watch over the thread pool of the process (<c>Mesh:ThreadPool</c>), on which everything that comes over the network depends, the mesh's own news among it.</summary>
public sealed class MeshThreadPoolOptions
{
    /// <summary>Whether a thread of the mesh's own looks twice a second whether the pool still begins what it is given. Read at the start. Default: on.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>How long the pool may take to begin a piece of work until it counts as starved: 100 ms to one minute. Default: 500 ms.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// By how many threads the watch raises the pool's minimum (<c>ThreadPool.SetMinThreads</c>) at most while the pool is starved; it is lowered again half a minute after that. 0 to 1,000; 0 only reports. Default: 128.
    /// </summary>
    public int MaxAddedThreads { get; set; } = 128;
}
