using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>What the TLS port serves: xDS and certificates to whom proves who it is; roots and health to everybody.</summary>
internal static class SecurePort
{
    /// <summary>Where a workload that was given the pin of a root, and nothing else, finds the root: .NET's TLS servers do not send theirs.</summary>
    public const string TrustBundlePath = "/trust-bundle";

    public static void Map(ControlPlaneState state, IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        new AdsService(state.Serving, state.Authenticator).Map(endpoints, stopping);
        state.Security.Certificates.Map(endpoints);
        endpoints.MapGet(TrustBundlePath, http =>
        {
            http.Response.ContentType = "application/x-pem-file";
            return http.Response.WriteAsync(state.Source.Current.Trust?.OwnRoots ?? "", http.RequestAborted);
        });
        endpoints.MapGet("/healthz", http => http.Response.WriteAsync("ok\n", http.RequestAborted));
        endpoints.MapGrpcFallback();
    }
}
