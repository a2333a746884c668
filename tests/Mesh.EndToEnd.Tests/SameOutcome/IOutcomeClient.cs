namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>A gRPC client of some language that is configured over xDS.</summary>
internal interface IOutcomeClient : IAsyncDisposable
{
    Task<OutcomeResult> CallAsync(OutcomeOrder order, CancellationToken cancellationToken);

    /// <summary>Makes parallel calls, and does something when so many of them have ended.</summary>
    Task<OutcomeResult> CallAsync(OutcomeOrder order, int ended, Func<Task> then, CancellationToken cancellationToken);
}
