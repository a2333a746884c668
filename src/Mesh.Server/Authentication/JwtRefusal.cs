using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Jwt;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authentication;

/// <summary>Refuses a request for its tokens, in Envoy's words: 401, or 403 for a good token that is meant for others.</summary>
internal static class JwtRefusal
{
    private const int MaxRealmLength = 256;

    public static Task WriteAsync(HttpContext context, JwtStatus status, bool hidesReason)
    {
        var isForOthers = status is JwtStatus.AudienceNotAllowed;
        var text = hidesReason ? "" : JwtStatusText.Of(status);
        if (!hidesReason && !GrpcReply.IsFor(context.Request))
        {
            // RFC 6750 3: who brings no token is not told of an error.
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Realm(context.Request)}\"" + (status is JwtStatus.Missing ? "" : ", error=\"invalid_token\"");
        }

        RequestRecord.Mark(context, ResponseFlags.None, RequestDetails.TokenRefused);
        return isForOthers
            ? Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, GrpcStatusCode.PermissionDenied, text)
            : Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, GrpcStatusCode.Unauthenticated, text);
    }

    /// <summary>What was asked for, without the query: tokens may be in it.</summary>
    private static string Realm(HttpRequest request)
    {
        var path = request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        path = path.Length > MaxRealmLength ? path[..MaxRealmLength] : path;
        return $"{request.Scheme}://{request.Host.ToUriComponent()}{path}".Replace("\"", "%22", StringComparison.Ordinal).Replace("\\", "%5C", StringComparison.Ordinal);
    }
}
