using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Decides how long a response keeps its endpoint busy.</summary>
internal static class ResponseTracking
{
    public static HttpResponseMessage Attach(HttpResponseMessage response, OutboundCall call, in AttemptOutcome outcome)
    {
        var (endpoint, deadline) = (call.Endpoint, call.Deadline);
        // An upgraded connection lives as long as its users like.
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols)
        {
            deadline?.Dispose();
            deadline = null;
        }

        if (call.BodyEnd is not BodyEnd.Far)
        {
            deadline?.Dispose();
            endpoint.Report(outcome);
            OutboundCluster.Leave(endpoint);
            call.Record?.End(response, outcome);
        }
        else if (call.IsGrpc && outcome.GrpcStatus == AttemptOutcome.NoGrpcStatus)
        {
            // What a gRPC call came to is in its trailers.
            response.Content = new TrackedContent(response.Content, new GrpcResponseTail(endpoint, deadline, response, outcome, Told(call, response)));
        }
        else
        {
            response.Content = new TrackedContent(response.Content, new ResponseTail(endpoint, deadline, outcome, Told(call, response)));
        }

        return response;
    }

    /// <summary>What an answer of an endpoint comes to for the call.</summary>
    public static CallReport Report(HttpResponseMessage response, in AttemptOutcome outcome, long bytes) => new()
    {
        HttpStatus = (int)response.StatusCode,
        GrpcStatus = outcome.GrpcStatus,
        Flags = outcome.LocalOrigin switch
        {
            LocalOrigin.DeadlineExceeded => ResponseFlags.UpstreamRequestTimeout,
            LocalOrigin.Reset => ResponseFlags.UpstreamConnectionTermination,
            LocalOrigin.CallerGone => ResponseFlags.DownstreamConnectionTermination,
            _ => ResponseFlags.None,
        },
        ResponseBytes = bytes,
        Response = response,
    };

    private static (OutboundCall Call, HttpResponseMessage Response)? Told(OutboundCall call, HttpResponseMessage response) =>
        call.Record is null ? null : (call, response);
}
