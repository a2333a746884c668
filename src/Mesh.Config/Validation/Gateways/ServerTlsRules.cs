using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using TlsMode = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSmode;
using TlsProtocol = Mesh.Config.Istio.Networking.ServerTLSSettings.Types.TLSProtocol;

namespace Mesh.Config.Validation.Gateways;

/// <summary>TLS of a server: which certificates, from one source only, and what of clients.</summary>
internal static class ServerTlsRules
{
    private const int MostCertificates = 2;

    // What Envoy's BoringSSL takes.
    private static readonly HashSet<string> Ciphers = new(StringComparer.Ordinal)
    {
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA", "ALL",
    };

    public static void Check(FieldScope scope, ServerTLSSettings? tls)
    {
        if (tls is null)
        {
            return;
        }

        Protocol(scope, tls);
        scope.Field("tlsCertificates").Require(tls.TlsCertificates.Count <= MostCertificates, $"at most {MostCertificates} certificates, one RSA and one ECDSA");
        scope.Field("credentialNames").Require(tls.CredentialNames.Count <= MostCertificates, $"at most {MostCertificates} secrets, one RSA and one ECDSA");
        switch (tls.Mode)
        {
            case TlsMode.IstioMutual:
                scope.Require(!HasCertificates(tls), "ISTIO_MUTUAL takes the certificates of the mesh; remove the certificates, keys and credential names");
                break;
            case TlsMode.Passthrough or TlsMode.AutoPassthrough:
                if (HasCertificates(tls) || tls.CaCrl.Length > 0)
                {
                    scope.Warning("connections pass through: certificates have no effect in this mode");
                }

                break;
            default:
                Certificates(scope, tls);
                break;
        }
    }

    private static void Protocol(FieldScope scope, ServerTLSSettings tls)
    {
        if (tls.MinProtocolVersion is TlsProtocol.Tlsv10 or TlsProtocol.Tlsv11 && tls.CipherSuites.Count == 0)
        {
            scope.Field("minProtocolVersion").Warning("TLS below 1.2 needs cipherSuites: the default ones are for TLS 1.2 and later");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("cipherSuites", tls.CipherSuites, (item, cipher) =>
        {
            if (!Ciphers.Contains(cipher))
            {
                item.Warning($"\"{cipher}\" is no cipher suite that Envoy knows; it is left out");
            }
            else if (!seen.Add(cipher))
            {
                item.Warning($"\"{cipher}\" is there twice");
            }
        });
    }

    private static void Certificates(FieldScope scope, ServerTLSSettings tls)
    {
        var hasFiles = (tls.ServerCertificate + tls.PrivateKey).Length > 0;
        var hasCredential = tls.CredentialName.Length > 0 || tls.CredentialNames.Count > 0;
        bool[] sources = [hasFiles, tls.CredentialName.Length > 0, tls.CredentialNames.Count > 0, tls.TlsCertificates.Count > 0];
        scope.Require(
            sources.Count(source => source) <= 1,
            "certificates have one source: serverCertificate and privateKey, credentialName, credentialNames or tlsCertificates");
        scope.Field("caCrl").Require(tls.CaCrl.Length == 0 || !hasCredential, "the revocation list comes with the credential; remove one of the two");
        scope.Field("caCrl").Require(tls.CaCrl.Length == 0 || tls.Mode != TlsMode.Simple, "SIMPLE verifies no clients; remove the revocation list");
        if (hasCredential)
        {
            return;
        }

        Pairs(scope, tls, tls.TlsCertificates);
        if (tls.Mode is TlsMode.Mutual or TlsMode.OptionalMutual)
        {
            scope.Field("caCertificates").Require(tls.CaCertificates.Length > 0, $"{Name(tls.Mode)} needs the roots of the clients, or a credentialName");
        }
    }

    private static void Pairs(FieldScope scope, ServerTLSSettings tls, RepeatedField<ServerTLSSettings.Types.TLSCertificate> pairs)
    {
        if (pairs.Count == 0)
        {
            scope.Field("serverCertificate").Require(tls.ServerCertificate.Length > 0, $"{Name(tls.Mode)} needs a server certificate, or a credentialName");
            scope.Field("privateKey").Require(tls.PrivateKey.Length > 0, $"{Name(tls.Mode)} needs a private key, or a credentialName");
        }

        scope.Each("tlsCertificates", pairs, static (item, pair) =>
        {
            item.Field("serverCertificate").Require(pair.ServerCertificate.Length > 0, "the certificate is required");
            item.Field("privateKey").Require(pair.PrivateKey.Length > 0, "the private key is required");
        });
    }

    private static bool HasCertificates(ServerTLSSettings tls) =>
        (tls.ServerCertificate + tls.PrivateKey + tls.CaCertificates + tls.CredentialName).Length + tls.CredentialNames.Count + tls.TlsCertificates.Count > 0;

    private static string Name(TlsMode mode) => mode switch
    {
        TlsMode.Simple => "SIMPLE",
        TlsMode.Mutual => "MUTUAL",
        _ => "OPTIONAL_MUTUAL",
    };
}
