using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Serving;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Health, version and debug pages.</summary>
internal sealed class HttpEndpoints(ControlPlaneState state, CancellationToken stopping)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", context => context.Response.WriteAsync("ok\n", context.RequestAborted));
        endpoints.MapGet("/readyz", ReadyAsync);
        endpoints.MapGet("/version", context => WriteAsync(context, Version()));
        endpoints.MapGet("/debug/syncz", context => WriteAsync(context, DebugPages.Clients(state.Clients)));
        endpoints.MapGet("/debug/registryz", context => WriteAsync(context, DebugPages.Registry(state.Source.Current.Registry)));
        endpoints.MapGet("/debug/configz", context => WriteAsync(context, DebugPages.Config(state.Source.Current.Config)));
    }

    private static JsonObject Version() => new()
    {
        ["name"] = ControlPlaneIdentity.Name,
        ["version"] = ControlPlaneIdentity.Version,
        ["runtime"] = Environment.Version.ToString(),
    };

    /// <summary>The port opens after configuration and registry are loaded, so only stopping makes it unready.</summary>
    private Task ReadyAsync(HttpContext context)
    {
        context.Response.StatusCode = stopping.IsCancellationRequested ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return context.Response.WriteAsync(stopping.IsCancellationRequested ? "stopping\n" : "ready\n", context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, JsonNode page)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(page.ToJsonString(Indented) + "\n", context.RequestAborted);
    }
}
