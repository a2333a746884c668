using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Reports what a gRPC call came to when its trailers are here.</summary>
internal sealed class GrpcResponseTail(OutboundEndpoint endpoint, Deadline? deadline, HttpResponseMessage response, AttemptOutcome outcome)
    : ResponseTail(endpoint, deadline)
{
    private readonly OutboundEndpoint _endpoint = endpoint;

    protected override void OnEnd()
    {
        // Without trailers the caller has left early, or the stream broke; only the latter says anything of the endpoint.
        var status = GrpcStatus.Read(response.TrailingHeaders);
        _endpoint.Report(outcome with
        {
            GrpcStatus = status,
            LocalOrigin = IsTimedOut ? LocalOrigin.DeadlineExceeded : IsCallerGone ? LocalOrigin.CallerGone : IsBroken ? LocalOrigin.Reset : LocalOrigin.None,
        });
    }
}
