using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Gateways;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.Protocol.Envoy.Tls.CertificateValidationContext.Types;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Makes the TLS of <c>SIMPLE</c> and <c>MUTUAL</c>: towards a server outside the mesh, with files of the client's machine.</summary>
internal static class OriginatedTls
{
    /// <param name="context">Has the roots that stand in ConfigMaps.</param>
    /// <param name="tls">The rule's.</param>
    /// <param name="isHttp2">Nothing else is spoken on the connection.</param>
    public static UpstreamTlsContext Of(GenerationContext context, ClientTLSSettings tls, bool isHttp2)
    {
        var common = new CommonTlsContext { ValidationContext = Validation(tls) };
        if (ConfigMapRoots.Find(context, tls.CredentialName) is { } roots)
        {
            // Roots are no secret: they go with the cluster.
            common.ValidationContext.TrustedCa = new DataSource { InlineString = roots };
            tls = tls.Clone();
            tls.CredentialName = "";
        }

        if (isHttp2)
        {
            common.AlpnProtocols.Add("h2");
        }

        if (tls.CredentialName.Length > 0)
        {
            UseSecret(common, tls);
        }
        else if (tls.Mode == ClientTLSSettings.Types.TLSmode.Mutual)
        {
            common.TlsCertificates.Add(new TlsCertificate { CertificateChain = File(tls.ClientCertificate), PrivateKey = File(tls.PrivateKey) });
        }

        return new UpstreamTlsContext { CommonTlsContext = common, Sni = tls.Sni };
    }

    // Over SDS by istiod's names: whoever is not given the secret must trust nobody, rather than the system's roots.
    private static void UseSecret(CommonTlsContext common, ClientTLSSettings tls)
    {
        if (tls.Mode == ClientTLSSettings.Types.TLSmode.Mutual)
        {
            common.TlsCertificateSdsSecretConfigs.Add(Sds(CredentialName.Of(tls.CredentialName)));
        }

        if (tls.InsecureSkipVerify != true)
        {
            common.CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = common.ValidationContext,
                ValidationContextSdsSecretConfig = Sds(CredentialName.OfServerRoots(tls.CredentialName)),
            };
        }
    }

    private static CertificateValidationContext Validation(ClientTLSSettings tls)
    {
        var validation = new CertificateValidationContext();
        if (tls.InsecureSkipVerify == true)
        {
            validation.TrustChainVerification = TrustChainVerification.AcceptUntrusted;
            return validation;
        }

        if (tls.CaCertificates.Length > 0)
        {
            validation.TrustedCa = File(tls.CaCertificates);
            validation.Crl = File(tls.CaCrl);
        }
        else if (tls.CredentialName.Length == 0)
        {
            // Istio verifies with the operating system's roots when no others are named.
            validation.SystemRootCerts = new SystemRootCerts();
        }

#pragma warning disable CS0612 // The field that this mesh and gRPC's clients read (gRFC A29).
        validation.MatchSubjectAltNames.AddRange(tls.SubjectAltNames.Select(name => new StringMatcher { Exact = name }));
#pragma warning restore CS0612
        return validation;
    }

    private static SdsSecretConfig Sds(string name) => new() { Name = name, SdsConfig = Envelope.Ads() };

    private static DataSource? File(string path) => path.Length > 0 ? new DataSource { Filename = path } : null;
}
