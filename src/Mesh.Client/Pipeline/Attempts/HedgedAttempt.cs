using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Resilience;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>One attempt among those of a hedged call.</summary>
/// <param name="Task">Its response.</param>
/// <param name="Stop">Ends it.</param>
/// <param name="Slot">When it was taken from the retry budget; null for the first.</param>
internal sealed record HedgedAttempt(Task<HttpResponseMessage> Task, CancellationTokenSource Stop, long? Slot)
{
    /// <summary>Whether its response is one to give to the caller while others are still running.</summary>
    public bool IsGood =>
        Task.IsCompletedSuccessfully && (int)Task.Result.StatusCode < 500 && GrpcStatus.Read(Task.Result.Headers) <= 0;

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
    }

    public async Task CancelAsync(RetryBudget budget)
    {
        await Stop.CancelAsync().ConfigureAwait(false);
        await ((Task)Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(budget);
        Discard();
    }
}
