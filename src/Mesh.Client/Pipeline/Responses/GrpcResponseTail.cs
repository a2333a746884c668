using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Finds what a gRPC call came to in its trailers. Without them the caller has left early, or the stream broke; only the latter says anything of the endpoint.</summary>
internal sealed class GrpcResponseTail(OutboundEndpoint endpoint, Deadline? deadline, HttpResponseMessage response, AttemptOutcome outcome, (OutboundCall, HttpResponseMessage)? told)
    : ResponseTail(endpoint, deadline, outcome, told)
{
    private readonly bool _isTold = told is not null;
    private GrpcFrames _frames;

    public override void Count(ReadOnlySpan<byte> piece)
    {
        base.Count(piece);
        if (_isTold)
        {
            _frames.Add(piece);
        }
    }

    protected override void Tell(OutboundCall call, HttpResponseMessage told, in AttemptOutcome whole) =>
        call.Record?.End(ResponseTracking.Report(told, whole, Bytes) with { ResponseMessages = _frames.Messages });

    protected override AttemptOutcome Complete(in AttemptOutcome soFar) => soFar with { GrpcStatus = GrpcStatus.Read(response.TrailingHeaders) };

    /// <summary>gRPC clients would take a broken body for UNAVAILABLE, which is repeated; a deadline must come to its own status (gRFC A31).</summary>
    protected override bool TryTell(LocalFailure failure)
    {
        LocalReply.WriteGrpcStatus(response.TrailingHeaders, failure);
        return true;
    }
}
