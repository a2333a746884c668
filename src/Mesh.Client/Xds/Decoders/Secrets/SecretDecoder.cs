using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.Client.Xds.Decoders.Secrets;

/// <summary>Decodes secrets: the roots of the mesh, and the certificates and roots of a gateway.</summary>
internal static class SecretDecoder
{
    /// <summary>istiod's name of the roots of the mesh.</summary>
    public const string RootsName = "ROOTCA";

    public static DecodeResult<TrustResource> Decode(Secret message)
    {
        if (message.Name == RootsName)
        {
            return TrustDecoder.Decode(message);
        }

        var errors = new DecodeErrors();
        var secret = message.TypeCase switch
        {
            Secret.TypeOneofCase.TlsCertificate => Certificate(message.TlsCertificate, errors.In("tls_certificate")),
            Secret.TypeOneofCase.ValidationContext => Roots(message.ValidationContext, errors.In("validation_context")),
            _ => null,
        };
        if (secret is null && !errors.Any)
        {
            errors.Add($"expected tls_certificate or validation_context, got {message.TypeCase}");
        }

        return DecodeResult<TrustResource>.From(message.Name, new TrustResource(message.Name, []) { Tls = secret }, errors);
    }

    private static TlsSecret? Certificate(TlsCertificate message, DecodeErrors errors) =>
        InlineText.Read(message.CertificateChain, errors.In("certificate_chain")) is { } chain && InlineText.Read(message.PrivateKey, errors.In("private_key")) is { } key
            ? new TlsSecret(chain, key, null)
            : null;

    private static TlsSecret? Roots(CertificateValidationContext message, DecodeErrors errors) =>
        InlineText.Read(message.TrustedCa, errors.In("trusted_ca")) is { } roots
            ? new TlsSecret(roots, null, message.Crl is { } lists ? InlineText.Read(lists, errors.In("crl")) : null)
            : null;
}
