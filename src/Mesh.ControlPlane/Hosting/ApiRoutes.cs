using Mesh.ControlPlane.Api.Pages;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Gathers the routes of the API from its parts.</summary>
internal static class ApiRoutes
{
    public static IEnumerable<ApiRoute> Of(ControlPlaneState state, CancellationToken stopping) =>
    [
        .. new HealthPages(stopping).Routes,
        .. new DebugPages(state.Source, state.Clients).Routes,
    ];
}
