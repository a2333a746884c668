using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Finds what a gRPC call came to in its trailers. Without them the caller has left early, or the stream broke; only the latter says anything of the endpoint.</summary>
internal sealed class GrpcResponseTail(OutboundEndpoint endpoint, Deadline? deadline, HttpResponseMessage response, AttemptOutcome outcome)
    : ResponseTail(endpoint, deadline, outcome)
{
    protected override AttemptOutcome Complete(in AttemptOutcome soFar) => soFar with { GrpcStatus = GrpcStatus.Read(response.TrailingHeaders) };

    /// <summary>gRPC clients would take a broken body for UNAVAILABLE, which is repeated; a deadline must come to its own status (gRFC A31).</summary>
    protected override bool TryTell(LocalFailure failure)
    {
        LocalReply.WriteGrpcStatus(response.TrailingHeaders, failure);
        return true;
    }
}
