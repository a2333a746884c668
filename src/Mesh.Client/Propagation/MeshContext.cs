using Mesh.Client.Propagation;

namespace Mesh.Client;

/// <summary>What an application can ask and say about the request it is serving; it never has to.</summary>
public static class MeshContext
{
    /// <summary>
    /// How much of the caller's time is left for the request being served: zero when it is over, null when the caller set no limit
    /// (headers <c>grpc-timeout</c>, <c>x-envoy-expected-rq-timeout-ms</c>) or outside of a request.
    /// </summary>
    public static TimeSpan? RemainingTime =>
        CallContext.Current?.Remaining is { } remaining ? (remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero) : null;

    /// <summary>
    /// What the request being served carries on, to be handed to work that runs elsewhere: write it into the <c>Channel</c> with the item, and call
    /// <see cref="MeshContextCapture.Restore"/> where the item is worked on. Nothing to do for <c>Task.Run</c> and <c>await</c>: there it flows by itself.
    /// </summary>
    /// <example><code>
    /// await channel.Writer.WriteAsync((order, MeshContext.Capture()));   // where the request is served
    ///
    /// await foreach (var (order, context) in channel.Reader.ReadAllAsync(stoppingToken))   // in the BackgroundService
    /// {
    ///     using (context.Restore())
    ///     {
    ///         await ship.SendAsync(order, stoppingToken);   // carries the headers of the request that the order came with
    ///     }
    /// }
    /// </code></example>
    /// <returns>Never null; outside of a request it carries nothing on.</returns>
    public static MeshContextCapture Capture() => MeshContextCapture.Create();

    /// <summary>
    /// Frees what is started before the result is disposed from the request being served: its calls go on when the caller is gone or its time is over.
    /// They still carry the request's headers on. For work that is started and not awaited: <c>using (MeshContext.Detach()) { _ = RefreshAsync(); }</c>
    /// </summary>
    /// <returns>Ends the detachment of the code that called it; work already started stays detached.</returns>
    public static IDisposable Detach()
    {
        var current = CallContext.Current;
        CallContext.Current = current?.Detach();
        return new Reattachment(current);
    }

    private sealed class Reattachment(CallContext? origin) : IDisposable
    {
        public void Dispose() => CallContext.Current = origin;
    }
}
