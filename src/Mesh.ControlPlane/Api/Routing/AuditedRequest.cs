using Mesh.ControlPlane.Auditing;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>Says of a request what the audit log keeps: never a body, never a credential.</summary>
internal static class AuditedRequest
{
    /// <summary>Says why, in the words of whoever does it.</summary>
    public const string ReasonHeader = "X-Mesh-Reason";

    private const int MaxTarget = 1_024;
    private const int MaxReason = 512;

    /// <summary>The request with the status that its answer has now.</summary>
    public static AuditEvent Describe(HttpContext http, string actor)
    {
        var code = http.Response.StatusCode;
        var isDenied = code is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;
        return new AuditEvent(isDenied ? AuditAction.Denied : AuditAction.Write, actor, http.Request.Method, Shorten(http.Request.Path + QueryOf(http), MaxTarget))
        {
            Namespace = http.Request.RouteValues["namespace"] as string,
            Address = http.Connection.RemoteIpAddress?.ToString(),
            Code = code,
            Reason = http.Request.Headers[ReasonHeader] is [{ Length: > 0 } reason] ? Shorten(reason, MaxReason) : null,
        };
    }

    // A dry run changes nothing, and a selector decides how much a deletion takes with it.
    private static string QueryOf(HttpContext http) => http.Request.QueryString.Value ?? "";

    private static string Shorten(string text, int length) =>
        new([.. text.Take(length).Select(character => char.IsControl(character) ? ' ' : character)]);
}
