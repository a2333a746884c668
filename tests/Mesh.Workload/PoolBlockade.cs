namespace Mesh.Workload;

/// <summary>Does to the thread pool what an application does that waits synchronously everywhere.</summary>
internal static class PoolBlockade
{
    private static readonly ManualResetEventSlim s_release = new();

    private static int s_blocked;

    /// <summary>Threads that it keeps now.</summary>
    public static int Blocked => Volatile.Read(ref s_blocked);

    /// <summary>Keeps so many threads, one after the other as the pool has them, until they are released, or two minutes.</summary>
    public static void Hold(int count)
    {
        var until = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(2);
        for (var item = 0; item < count; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Block(until), null);
        }
    }

    public static void Release() => s_release.Set();

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
            Interlocked.Increment(ref s_blocked);
            s_release.Wait(left);
            Interlocked.Decrement(ref s_blocked);
        }
    }
}
