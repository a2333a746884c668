using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Decides how long a response keeps its endpoint busy.</summary>
/// <remarks>A short body of known length is as good as read when its headers are here; wrapping it would cost more than it tells.</remarks>
internal static class ResponseTracking
{
    private const long ShortBody = 64 * 1024;

    public static HttpResponseMessage Attach(HttpResponseMessage response, OutboundCall call, in AttemptOutcome outcome)
    {
        var (endpoint, deadline) = (call.Endpoint, call.Deadline);
        // An upgraded connection lives as long as its users like.
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols)
        {
            deadline?.Dispose();
            deadline = null;
        }

        if (call.HasWholeResponse || IsOver(response, isExact: IsExact(call)))
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

    /// <summary>Whether something ends with the body, and not a moment earlier: a deadline, or the count of a limited endpoint.</summary>
    public static bool IsExact(OutboundCall call) => call.Deadline is { IsTimed: true } || call.Endpoint.IsLimited;

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

    private static bool IsOver(HttpResponseMessage response, bool isExact)
    {
        if (response.RequestMessage?.Method == HttpMethod.Head
            || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return true;
        }

        return response.Content.Headers.ContentLength switch
        {
            null => false,
            0 => true,
            > ShortBody => false,
            _ => !isExact && !IsGrpc(response.Content),
        };
    }

    private static bool IsGrpc(HttpContent content) =>
        content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().StartsWith(GrpcRequest.ContentType, StringComparison.OrdinalIgnoreCase);
}
