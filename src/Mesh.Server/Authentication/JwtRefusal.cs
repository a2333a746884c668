using Mesh.Protocol.Jwt;
using Mesh.Server.Propagation;
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
        var response = context.Response;
        if (GrpcReply.IsFor(context.Request))
        {
            GrpcReply.Write(response, isForOthers ? GrpcReply.PermissionDenied : GrpcReply.Unauthenticated, text);
            return Task.CompletedTask;
        }

        response.StatusCode = isForOthers ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (hidesReason)
        {
            return Task.CompletedTask;
        }

        // RFC 6750 3: who brings no token is not told of an error.
        response.Headers.WWWAuthenticate = $"Bearer realm=\"{Realm(context.Request)}\"" + (status is JwtStatus.Missing ? "" : ", error=\"invalid_token\"");
        response.ContentType = "text/plain";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>What was asked for, without the query: tokens may be in it.</summary>
    private static string Realm(HttpRequest request)
    {
        var path = request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        path = path.Length > MaxRealmLength ? path[..MaxRealmLength] : path;
        return $"{request.Scheme}://{request.Host.ToUriComponent()}{path}".Replace("\"", "%22", StringComparison.Ordinal).Replace("\\", "%5C", StringComparison.Ordinal);
    }
}
