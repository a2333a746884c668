using Mesh.ControlPlane.Api.Pages;
using Mesh.ControlPlane.Serving.ClientStates;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>What the TLS port serves: xDS and certificates to whom proves who it is; roots and health to everybody.</summary>
internal static class SecurePort
{
    public static void Map(ControlPlaneState state, IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        MeshStreams.Map(state, endpoints, state.Authenticator, stopping);
        state.KeyReports.Map(endpoints, call => NamespaceAsync(state, call.HttpContext, call.CancellationToken));
        state.ClientStatus.Map(endpoints, new StatusReaders(state.Security.VerifyApi, state.Authenticator));
        state.Security.Certificates.Map(endpoints);
        endpoints.MapGet(TrustPage.Path, new TrustPage(state.Source).WriteAsync);
        endpoints.MapGet("/healthz", http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        endpoints.MapGrpcFallback();
    }

    private static async ValueTask<string?> NamespaceAsync(ControlPlaneState state, HttpContext context, CancellationToken cancellationToken) =>
        (await state.Authenticator.AuthenticateAsync(context, cancellationToken)).Id.Namespace;
}
