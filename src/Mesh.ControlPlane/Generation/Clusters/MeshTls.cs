using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Makes the TLS of <c>ISTIO_MUTUAL</c>: the mesh's own certificates on both sides, in the form that istiod sends to proxyless clients.</summary>
internal static class MeshTls
{
    /// <summary>The entry of <c>certificate_providers</c> in the bootstrap that istiod's agent writes.</summary>
    private const string Provider = "default";
    private const string Identity = "default";
    private const string Root = "ROOTCA";

    /// <param name="identities">The server must present one of them.</param>
    /// <param name="serverName">Empty where the client asks for none.</param>
    public static UpstreamTlsContext Of(IEnumerable<string> identities, string serverName) =>
        new() { Sni = serverName, CommonTlsContext = Certificates(identities) };

    /// <summary>The server's side: any identity of the mesh is let in, what it may do is for policies to say.</summary>
    public static DownstreamTlsContext OfServer() => new() { CommonTlsContext = Certificates([]), RequireClientCertificate = true };

    private static CommonTlsContext Certificates(IEnumerable<string> identities)
    {
        var validation = new CertificateValidationContext { CaCertificateProviderInstance = Instance(Root) };
#pragma warning disable CS0612 // gRPC's clients read the deprecated fields, older ones nothing else (gRFC A29).
        validation.MatchSubjectAltNames.AddRange(identities.Select(identity => new StringMatcher { Exact = identity }));
        return new CommonTlsContext
        {
            TlsCertificateProviderInstance = Instance(Identity),
            TlsCertificateCertificateProviderInstance = OldInstance(Identity),
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = validation,
                ValidationContextCertificateProviderInstance = OldInstance(Root),
            },
        };
#pragma warning restore CS0612
    }

    private static CertificateProviderPluginInstance Instance(string certificate) =>
        new() { InstanceName = Provider, CertificateName = certificate };

    private static CommonTlsContext.Types.CertificateProviderInstance OldInstance(string certificate) =>
        new() { InstanceName = Provider, CertificateName = certificate };
}
