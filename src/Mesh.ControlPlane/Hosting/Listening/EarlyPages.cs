namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>What the HTTP port answers while configuration and registries load: alive, and not ready.</summary>
internal static class EarlyPages
{
    private const string RetrySeconds = "1";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", static http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        endpoints.MapGet("/livez", static http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        endpoints.MapFallback(static http =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = RetrySeconds;
            return http.Response.WriteAsync("loading: configuration and registries are not read yet\n", http.RequestAborted);
        });
    }
}
