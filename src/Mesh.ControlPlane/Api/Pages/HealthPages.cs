using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Registries;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Serving;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>Health and version, for probes that have no credentials.</summary>
internal sealed class HealthPages(RegistryFeeds feeds, CancellationToken stopping, Func<bool>? isDraining = null)
{
    private bool IsStopping => stopping.IsCancellationRequested || isDraining?.Invoke() == true;

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/healthz", Permission.Public, call => call.Http.Response.WriteAsync("ok\n", call.Cancellation)),
        ApiRoute.Get("/livez", Permission.Public, call => call.Http.Response.WriteAsync("ok\n", call.Cancellation)),
        ApiRoute.Get("/readyz", Permission.Public, ReadyAsync),
        ApiRoute.Get("/version", Permission.Public, call => call.WriteAsync(Version())),
    ];

    /// <summary>With the fields of Kubernetes' answer: its tools compare their own version with <c>major</c> and <c>minor</c>, whose API this one is like.</summary>
    private static JsonObject Version() => new()
    {
        ["name"] = ControlPlaneIdentity.Name,
        ["version"] = ControlPlaneIdentity.Version,
        ["runtime"] = Environment.Version.ToString(),
        ["major"] = "1",
        ["minor"] = "33",
        ["gitVersion"] = $"v1.33.0+mesh-{ControlPlaneIdentity.Version.Split('+')[0]}",
        ["gitCommit"] = ControlPlaneIdentity.Version.Split('+').ElementAtOrDefault(1) ?? "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier.Replace('-', '/'),
    };

    /// <summary>
    /// These pages are served when configuration and registries are loaded (before, every path answers 503), so that only stopping makes it unready. A registry that is away is named:
    /// its last answer serves the mesh on, and taking the control plane away would help nobody (B10).
    /// </summary>
    private Task ReadyAsync(ApiCall call)
    {
        var response = call.Http.Response;
        var isStopping = IsStopping;
        response.StatusCode = isStopping ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return response.WriteAsync(isStopping ? "stopping\n" : $"ready\n{RegistryDescription.Troubles(feeds)}", call.Cancellation);
    }
}
