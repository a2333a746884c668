using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.Starvation;

/// <summary>Log messages of the watch over the thread pool.</summary>
internal static partial class StarvationLog
{
    [LoggerMessage(9005, LogLevel.Warning, "The thread pool has begun nothing for {Patience}: all of its {Threads} threads are taken and {Waiting} pieces of work wait, calls and the mesh's news among them. Up to {Most} threads are added meanwhile (Mesh:ThreadPool); look for code that waits synchronously", EventName = "ThreadPoolStarved")]
    public static partial void Starved(ILogger logger, TimeSpan patience, int threads, long waiting, int most);

    [LoggerMessage(9006, LogLevel.Warning, "The thread pool is still starved, with {Added} threads more: no more are added (Mesh:ThreadPool:MaxAddedThreads)", EventName = "ThreadPoolExhausted")]
    public static partial void Exhausted(ILogger logger, int added);

    [LoggerMessage(9007, LogLevel.Information, "The thread pool works again, {Elapsed} after it stopped; {Added} threads were added", EventName = "ThreadPoolRecovered")]
    public static partial void Recovered(ILogger logger, TimeSpan elapsed, int added);
}
