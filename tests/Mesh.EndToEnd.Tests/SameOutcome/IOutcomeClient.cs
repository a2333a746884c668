namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>A gRPC client of some language that is configured over xDS.</summary>
internal interface IOutcomeClient : IAsyncDisposable
{
    Task<OutcomeResult> CallAsync(OutcomeOrder order, CancellationToken cancellationToken);
}
