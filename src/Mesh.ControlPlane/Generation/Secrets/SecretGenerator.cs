using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.ControlPlane.Generation.Secrets;

/// <summary>Makes the one secret that everybody may have, the roots, and the credentials of gateways and of workloads that rules name; private keys of workloads stay where they were made (S43).</summary>
internal static class SecretGenerator
{
    /// <summary>istiod's name of the roots.</summary>
    public const string Roots = "ROOTCA";

    private const string SpiffeValidator = "envoy.tls.cert_validator.spiffe";

    public static Secret? Generate(GenerationContext context, string name) =>
        name != Roots ? Credentials.Generate(context, name)
        : context.State.Trust is { OwnRoots.Length: > 0 } trust ? new Secret { Name = name, ValidationContext = Validation(trust) }
        : null;

    private static CertificateValidationContext Validation(PublishedTrust trust)
    {
        var spiffe = new SPIFFECertValidatorConfig
        {
            TrustDomains =
            {
                trust.Bundles.Select(bundle => new SPIFFECertValidatorConfig.Types.TrustDomain { Name = bundle.Key, TrustBundle = Text(bundle.Value) }),
            },
        };
        return new CertificateValidationContext
        {
            // For clients that know no more than one set of roots: the own ones, never the union (SPIFFE X509-SVID 5).
            TrustedCa = Text(trust.OwnRoots),
            Crl = trust.RevocationLists.Length > 0 ? Text(trust.RevocationLists) : null,
            CustomValidatorConfig = new TypedExtensionConfig { Name = SpiffeValidator, TypedConfig = Any.Pack(spiffe) },
        };
    }

    private static DataSource Text(string text) => new() { InlineString = text };
}
