using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Propagation;
using Mesh.Client.Resilience;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>One attempt among those of a hedged call.</summary>
/// <param name="Task">Its response.</param>
/// <param name="Stop">Ends it.</param>
/// <param name="Slot">When it was taken from the retry budget; null for the first.</param>
internal sealed record HedgedAttempt(Task<HttpResponseMessage> Task, CancellationTokenSource Stop, long? Slot)
{
    /// <summary>Null when nobody is told of the call.</summary>
    public HedgedReport? Report { get; init; }

    /// <summary>Whether its response is one to give to the caller while others are still running.</summary>
    public bool IsGood =>
        Task.IsCompletedSuccessfully && (int)Task.Result.StatusCode < 500 && GrpcStatus.Read(Task.Result.Headers) <= 0;

    /// <summary>
    /// Whether it says that the call is not to be sent again: the caller's own failure, an owner of the retries that has given up, or push-back
    /// (gRFC A6: a time to wait; hedging is for those who cannot wait).
    /// </summary>
    public bool ForbidsAnother =>
        !Task.IsCompletedSuccessfully || (!IsGood && (RetryOwnership.IsExhausted(Task.Result) || RetryAfter.ReadPushback(Task.Result) is not null));

    /// <summary>It has its response, or has failed.</summary>
    public void End(RetryBudget budget)
    {
        Stop.Dispose();
        if (Slot is { } slot)
        {
            budget.End();
            if (IsGood)
            {
                budget.GiveBack(slot);
            }
        }
    }

    /// <summary>Nobody will read its response.</summary>
    public void Discard()
    {
        if (Task.IsCompletedSuccessfully)
        {
            Task.Result.Dispose();
        }

        // Seen: an exception that nobody looks at is one of the process.
        _ = Task.Exception;
    }

    public async Task CancelAsync(RetryBudget budget)
    {
        await Stop.CancelAsync().ConfigureAwait(false);
        await ((Task)Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(budget);
        Discard();
    }
}
