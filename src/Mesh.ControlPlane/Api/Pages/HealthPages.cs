using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Serving;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>Health and version, for probes that have no credentials.</summary>
internal sealed class HealthPages(CancellationToken stopping)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/healthz", Permission.Public, call => call.Http.Response.WriteAsync("ok\n", call.Cancellation)),
        ApiRoute.Get("/readyz", Permission.Public, ReadyAsync),
        ApiRoute.Get("/version", Permission.Public, call => call.WriteAsync(new JsonObject
        {
            ["name"] = ControlPlaneIdentity.Name,
            ["version"] = ControlPlaneIdentity.Version,
            ["runtime"] = Environment.Version.ToString(),
        })),
    ];

    /// <summary>The port opens after configuration and registry are loaded, so only stopping makes it unready.</summary>
    private Task ReadyAsync(ApiCall call)
    {
        var response = call.Http.Response;
        response.StatusCode = stopping.IsCancellationRequested ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return response.WriteAsync(stopping.IsCancellationRequested ? "stopping\n" : "ready\n", call.Cancellation);
    }
}
