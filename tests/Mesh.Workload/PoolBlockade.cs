namespace Mesh.Workload;

/// <summary>Does to the thread pool what an application does that waits synchronously everywhere.</summary>
internal static class PoolBlockade
{
    /// <summary>Keeps every thread of the pool, and those that it adds, blocked for a time.</summary>
    public static void Begin(TimeSpan time)
    {
        var until = DateTimeOffset.UtcNow + time;
        new Thread(() => Feed(until)) { IsBackground = true, Name = "blockade" }.Start();
    }

    // The pool adds a thread or two a second: there is always more waiting for it than it can take.
    private static void Feed(DateTimeOffset until)
    {
        for (var item = 0; item < 1_000; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Block(until), null);
        }
    }

    private static void Block(DateTimeOffset until)
    {
        if (until - DateTimeOffset.UtcNow is { Ticks: > 0 } left)
        {
            Thread.Sleep(left);
        }
    }
}
