using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Auditing;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>The one point where callers of the API are let in: who is it, and may that one do what the route does.</summary>
/// <param name="verify">Who holds a token of the API; null for one that is not good.</param>
/// <param name="isDevelopment">Whether a caller without a token is let in, to everything.</param>
/// <param name="audit">Records every change before its answer goes out, and every refusal.</param>
/// <param name="logger">Is told of every refusal and every change.</param>
internal sealed class ApiGate(Func<string, ApiCaller?> verify, bool isDevelopment, IAuditLog audit, ILogger logger)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext http, ApiRoute route)
    {
        ApiCaller? caller = null;
        try
        {
            caller = Admit(http, route);
            if (IsChange(route))
            {
                var actor = caller;
                await RequireRecordsAsync(http, actor.Name);

                // Not after the answer: what the caller was told is done must be on record.
                http.Response.OnStarting(() => RecordAsync(http, actor.Name));
            }

            await route.Handler(new ApiCall(http, caller, route.Permission));
            if (IsChange(route))
            {
                ApiLog.Changed(logger, caller.Name, route.Method, http.Request.Path);
            }
        }
        catch (ApiException exception)
        {
            await RefuseAsync(http, caller, exception);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && !http.Response.HasStarted)
        {
            // The state of the control plane, be it on a disk or in a database: the caller did nothing wrong.
            ApiLog.Unavailable(logger, http.Request.Method, http.Request.Path, exception.Message);
            await WriteAsync(http, ApiException.Unavailable());
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !http.Response.HasStarted)
        {
            // What went wrong inside is for the log alone.
            ApiLog.Failed(logger, http.Request.Method, http.Request.Path, exception);
            await WriteAsync(http, new ApiException(StatusCodes.Status500InternalServerError, "InternalError", "The request failed; the log of the control plane says why."));
        }
    }

    /// <summary>While nothing can be recorded nothing is changed: after a failure the record comes before the change, and without it there is none.</summary>
    private async Task RequireRecordsAsync(HttpContext http, string actor)
    {
        if (audit.Problem is null)
        {
            return;
        }

        try
        {
            await audit.RecordAsync(AuditedRequest.Describe(http, actor) with { Code = 0, Reason = "recorded before the change, since records had failed" }, http.RequestAborted);
        }
        catch (IOException exception)
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", $"Nothing is changed while the audit log cannot be written; reading works, and the mesh goes on. {exception.Message}");
        }
    }

    private async Task RecordAsync(HttpContext http, string actor)
    {
        try
        {
            await audit.RecordAsync(AuditedRequest.Describe(http, actor), CancellationToken.None);
        }
        catch (IOException) when (http.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            // Nothing was changed, and the log has it; why it was refused is what its caller needs.
        }
    }

    /// <summary>The answer to a request that nothing serves: the same for all who may not know better.</summary>
    public Task RefuseUnknownAsync(HttpContext http) =>
        InvokeAsync(http, new ApiRoute(http.Request.Method, http.Request.Path, Permission.ReadMesh, _ => throw ApiException.NotFound("Nothing is served under this path.")));

    /// <summary>What only asks, be it with a body, changes nothing.</summary>
    private static bool IsChange(ApiRoute route) => !HttpMethods.IsGet(route.Method) && route.Permission is not (Permission.Public or Permission.ReadMesh or Permission.ReadTraffic);

    private ApiCaller Admit(HttpContext http, ApiRoute route)
    {
        if (isDevelopment && RequestOrigin.Refuse(http.Request) is { } foreign)
        {
            throw ApiException.Forbidden(foreign);
        }

        if (route.Permission == Permission.Public)
        {
            return new ApiCaller("anonymous", []);
        }

        var caller = Authenticate(http);
        var may = RolePermissions.IsMeshWide(route.Permission) ? caller.MayEverywhere(route.Permission) : caller.MaySomewhere(route.Permission);
        return may ? caller : throw ApiException.Forbidden($"'{caller.Name}' may not {route.Permission}; roles: {string.Join(", ", caller.Grants)}.");
    }

    private ApiCaller Authenticate(HttpContext http)
    {
        var headers = http.Request.Headers.Authorization;
        if (headers.Count == 0 && isDevelopment)
        {
            return ApiCaller.Development;
        }

        // One text for all reasons: a missing, a wrong, an expired and a revoked token look alike (S110).
        return headers is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && verify(header[Bearer.Length..].Trim()) is { } caller
            ? caller
            : throw ApiException.Unauthorized("This needs a token of the API: 'Authorization: Bearer …'. 'meshctl api-token create' makes one.");
    }

    private Task RefuseAsync(HttpContext http, ApiCaller? caller, ApiException exception)
    {
        if (exception.Code is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            if (caller is null)
            {
                audit.Note(AuditedRequest.Describe(http, "Somebody") with { Action = AuditAction.Denied, Code = exception.Code, Reason = exception.Message });
            }

            ApiLog.Refused(logger, caller?.Name ?? "Somebody", $"{http.Connection.RemoteIpAddress}", http.Request.Method, http.Request.Path, exception.Message);
        }

        if (exception.Code == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return WriteAsync(http, exception);
    }

    private static Task WriteAsync(HttpContext http, ApiException exception)
    {
        if (exception.Details?["retryAfterSeconds"] is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString();
        }

        return ApiCall.WriteAsync(http, exception.ToStatus(), exception.Code);
    }
}
