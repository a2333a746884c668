using Mesh.Protocol.Grpc;
using Mesh.Protocol.Istio.Auth;

namespace Mesh.Protocol.Xds;

/// <summary>The methods of Istio's certificate service.</summary>
internal static class CertificateMethods
{
    /// <summary>A signing request comes in; leaf, intermediates and root go out, in PEM and in that order.</summary>
    public static GrpcMethod<IstioCertificateRequest, IstioCertificateResponse> CreateCertificate { get; } =
        new("istio.v1.auth.IstioCertificateService", nameof(CreateCertificate), IstioCertificateRequest.Parser, IstioCertificateResponse.Parser);
}
