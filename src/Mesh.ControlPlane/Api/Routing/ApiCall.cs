using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>One request that was let in.</summary>
internal sealed class ApiCall(HttpContext http, ApiCaller caller, Permission permission)
{
    public const string Version = "mesh.dev/v1";

    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxDepth = 16;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public HttpContext Http => http;

    public ApiCaller Caller => caller;

    public CancellationToken Cancellation => http.RequestAborted;

    /// <summary>Whether the caller may do what the endpoint does in a namespace.</summary>
    public bool MayIn(string @namespace) => caller.MayIn(permission, @namespace);

    /// <summary>Ends the call unless the caller may do what the endpoint does in a namespace.</summary>
    public void RequireIn(string @namespace)
    {
        if (!MayIn(@namespace))
        {
            throw ApiException.Forbidden($"'{caller.Name}' may not {permission} in namespace '{@namespace}'.");
        }
    }

    /// <summary>Ends the call unless the caller may do what the endpoint does in the whole mesh.</summary>
    public void RequireEverywhere()
    {
        if (!caller.MayEverywhere(permission))
        {
            throw ApiException.Forbidden($"'{caller.Name}' may {permission} in some namespaces only, and this concerns the whole mesh.");
        }
    }

    public string Route(string name) => (string)http.Request.RouteValues[name]!;

    public string? Query(string name) => http.Request.Query[name] is [{ Length: > 0 } value] ? value : null;

    public Task WriteAsync(JsonNode body, int code = StatusCodes.Status200OK, string contentType = "application/json") => WriteAsync(http, body, code, contentType);

    /// <summary>Writes items under a kind of their own, so that readers can tell versions apart.</summary>
    public Task WriteListAsync(string kind, IEnumerable<JsonNode?> items) =>
        WriteAsync(new JsonObject { ["apiVersion"] = Version, ["kind"] = kind, ["items"] = new JsonArray([.. items]) });

    /// <summary>The body as a JSON object; what is anything else ends the call.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        // A web page of another site can send a form or plain text without asking first, but not this (S113).
        if (!http.Request.HasJsonContentType())
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", "Expected a body of content type application/json.");
        }

        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            var body = await JsonNode.ParseAsync(http.Request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }, cancellationToken: Cancellation);
            return body as JsonObject ?? throw ApiException.BadRequest("Expected a JSON object as body.");
        }
        catch (JsonException exception)
        {
            throw ApiException.BadRequest($"The body is not JSON: {exception.Message}");
        }
    }

    public static async Task WriteAsync(HttpContext http, JsonNode body, int code, string contentType = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(body.ToJsonString(Indented) + "\n", http.RequestAborted);
    }
}
