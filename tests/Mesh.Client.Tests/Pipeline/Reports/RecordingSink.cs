using System.Collections.Concurrent;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Tests.Pipeline.Reports;

/// <summary>Keeps what it is told.</summary>
internal sealed class RecordingSink : IAttemptSink
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(OutboundCall Call, CallReport Report)> Reports { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    /// <summary>Completes with the first report.</summary>
    public Task Told => _first.Task;

    public (OutboundCall Call, CallReport Report) Only => Assert.Single(Reports);

    public void Begin(OutboundCall call) => Events.Enqueue("begin");

    public void BeginAttempt(OutboundCall call)
    {
        call.WireRequest.Headers.TryAddWithoutValidation("x-from-sink", "1");
        Events.Enqueue("attempt");
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated) =>
        Events.Enqueue($"{outcome.HttpStatus}{(isRepeated ? " again" : "")}");

    public void End(OutboundCall call, in CallReport report)
    {
        Events.Enqueue("end");
        Reports.Enqueue((call, report));
        _first.TrySetResult();
    }
}
