using Mesh.ControlPlane.Api.Endpoints;
using Mesh.ControlPlane.Api.Pages;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Gathers the routes of the API from its parts.</summary>
internal static class ApiRoutes
{
    public static IEnumerable<ApiRoute> Of(ControlPlaneState state, CancellationToken stopping) =>
    [
        .. new HealthPages(stopping).Routes,
        .. new DebugPages(state.Source, state.Clients, () => state.Store.Current).Routes,
        .. new TrustPage(state.Source).Routes,
        .. new TokenEndpoints(state.Security.Tokens, state.Security.Authority.TrustDomain, state.Serving.TimeProvider).Routes,
        .. new ApiTokenEndpoints(state.Security.Tokens, state.Serving.TimeProvider).Routes,
        .. new AuditEndpoints(state.Security.Audit).Routes,
        .. new AuthorityEndpoints(state.Security.Authority).Routes,
        .. new EdgeEndpoints(state.Source, state.Serving.Generator, state.Clients).Routes,
        .. new InboundEndpoints(state.Source, state.Serving.Generator, state.Clients, state.Security.Authority.TrustDomain).Routes,
    ];
}
