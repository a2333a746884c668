using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Objects;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>Tells clients which groups, versions and kinds there are: in many small answers for old ones, in one for new ones.</summary>
internal static class DiscoveryEndpoints
{
    public static IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api", Permission.ReadMesh, call => WriteAsync(call, isCore: true)),
        ApiRoute.Get("/apis", Permission.ReadMesh, call => WriteAsync(call, isCore: false)),
        ApiRoute.Get("/api/v1", Permission.ReadMesh, call => call.WriteAsync(ResourceLists.Of("", "v1")!)),
        ApiRoute.Get("/apis/{group}", Permission.ReadMesh, call => call.WriteAsync(GroupLists.Group(call.Route("group")) ?? throw ObjectErrors.Nowhere())),
        ApiRoute.Get(
            "/apis/{group}/{version}",
            Permission.ReadMesh,
            call => call.WriteAsync(ResourceLists.Of(call.Route("group"), call.Route("version")) ?? throw ObjectErrors.Nowhere())),
    ];

    private static async Task WriteAsync(ApiCall call, bool isCore)
    {
        var version = AggregatedDiscovery.VersionFor(call.Http.Request);
        call.Http.Response.Headers.Vary = "Accept";
        if (version is null)
        {
            await call.WriteAsync(isCore ? GroupLists.CoreVersions(call.Http.Request.Host.Value ?? "") : GroupLists.Groups());
            return;
        }

        await call.WriteAsync(AggregatedDiscovery.Of(isCore, version), contentType: $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
    }
}
