using Mesh.Client.Propagation;

namespace Mesh.Client.Pipeline;

/// <summary>Says how long a call may take: no longer than its own limit, and never longer than the request being served has left.</summary>
internal static class CallDeadline
{
    /// <summary>Whether nobody waits for the request being served any more: its time is over, or its caller is <paramref name="gone"/>.</summary>
    public static bool IsOver(CallContext context, out CancellationToken gone)
    {
        gone = context.CallerGone;
        return gone.IsCancellationRequested || context.Remaining <= TimeSpan.Zero;
    }

    /// <summary>The deadline of a call; null when nothing limits it. It may be over already: see <see cref="Deadline.Remaining"/>.</summary>
    /// <param name="deadlines">Where it comes from.</param>
    /// <param name="call">The call.</param>
    /// <param name="limit">The call's own limit (route timeout, or what the application asked for); null for none.</param>
    public static Deadline? Start(DeadlinePool deadlines, OutboundCall call, TimeSpan? limit)
    {
        if (call.Context is not { } context)
        {
            return limit is null ? null : deadlines.Start(limit, call.CallerToken);
        }

        var remaining = context.Remaining;
        var timeout = limit is null || remaining < limit ? remaining : limit;
        var gone = context.CallerGone;
        return timeout is null && (!gone.CanBeCanceled || gone == call.CallerToken)
            ? null
            : deadlines.Start(timeout, call.CallerToken, gone);
    }
}
