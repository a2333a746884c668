using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.Telemetry.Exposition;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>What the control plane measures of itself, for Prometheus; for those who may read the whole mesh.</summary>
internal sealed class MetricsRoute(MetricsPage page)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get(MetricsPage.Path, Permission.ReadMesh, call =>
        {
            call.RequireEverywhere();
            return page.WriteAsync(call.Http);
        }),
    ];
}
