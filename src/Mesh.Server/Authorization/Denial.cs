using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization;

/// <summary>Answers requests that may not pass; why is nobody's business but the log's.</summary>
internal static class Denial
{
    // Envoy's words.
    private const string Text = "RBAC: access denied";

    public static Task WriteAsync(HttpContext context)
    {
        RequestRecord.Mark(context, ResponseFlags.None, RequestDetails.Denied);
        return WriteAsync(context, StatusCodes.Status403Forbidden, Text);
    }

    /// <param name="context">Of the request; its response must not have started.</param>
    /// <param name="status">Of HTTP; for gRPC the status that stands for it.</param>
    /// <param name="text">For the caller.</param>
    public static Task WriteAsync(HttpContext context, int status, string text) => Refusal.WriteAsync(context, status, ToGrpc(status), text);

    /// <summary>What no policy can judge rightly (S62, S65); null for a request in order.</summary>
    public static Task? OfMalformed(HttpContext context, AuthorizationJudge judge)
    {
        if (RequestMethod.IsMisspelled(context.Request.Method))
        {
            judge.MethodRefused(context.Request.Method);
            return WriteAsync(context, StatusCodes.Status400BadRequest, "the method must be in upper case");
        }

        if (RequestHeaderName.IsAnyMalformed(context.Request.Headers))
        {
            judge.HeaderNameRefused();
            return WriteAsync(context, StatusCodes.Status400BadRequest, "the name of a header must be a token");
        }

        return null;
    }

    /// <summary>gRPC's own table of what HTTP statuses mean (http-grpc-status-mapping.md).</summary>
    private static GrpcStatusCode ToGrpc(int status) => status switch
    {
        StatusCodes.Status400BadRequest => GrpcStatusCode.Internal,
        StatusCodes.Status401Unauthorized => GrpcStatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => GrpcStatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => GrpcStatusCode.Unimplemented,
        StatusCodes.Status413PayloadTooLarge => GrpcStatusCode.ResourceExhausted,
        StatusCodes.Status429TooManyRequests or StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
            => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.PermissionDenied,
    };
}
