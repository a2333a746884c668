using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>A sink that is told of the attempts of a call too; those of a hedged call are told as attempts of calls of their own, which point to it.</summary>
internal interface IAttemptSink : ICallSink
{
    /// <summary>The endpoint is chosen; what the sink writes into the headers of <see cref="OutboundCall.WireRequest"/> is sent.</summary>
    void BeginAttempt(OutboundCall call);

    /// <summary>It has its response headers, or has failed.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcome">What it came to; of a gRPC response with a body the status comes later.</param>
    /// <param name="isRepeated">Whether another one follows.</param>
    void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated);
}
