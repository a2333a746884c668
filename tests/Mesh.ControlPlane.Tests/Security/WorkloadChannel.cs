using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>Connections to the TLS port as workloads make them: with a certificate, with a token, or with nothing; the server is verified as they verify it.</summary>
internal static class WorkloadChannel
{
    public static SocketsHttpHandler Handler(RunningControlPlane mesh, X509Certificate2? certificate = null)
    {
        var own = certificate is null ? null : SslStreamCertificateContext.Create(certificate, mesh.State.Security.Authority.Intermediates(), offline: true);
        var bundles = mesh.State.Security.Authority.Bundles;
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = SvidTls.CreateClientOptions(
                own, "localhost", (leaf, presented) => SvidVerifier.Verify(leaf, presented, bundles, SvidUsage.Server, TimeProvider.System.GetUtcNow()).IsAccepted),
        };
    }

    public static GrpcChannel Open(RunningControlPlane mesh, X509Certificate2? certificate = null) =>
        new(mesh.SecureAddress, new HttpMessageInvoker(Handler(mesh, certificate), disposeHandler: true));
}
