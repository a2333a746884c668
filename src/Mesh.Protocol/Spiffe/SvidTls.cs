using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>What every TLS connection between workloads has in common: TLS 1.2 or newer, no renegotiation, no resumption past a change of trust, nothing fetched from the network.</summary>
internal static class SvidTls
{
    /// <param name="own">What this side shows.</param>
    /// <param name="verify">Gets the peer's certificate, or null, and what it sent along; false ends the handshake.</param>
    public static SslServerAuthenticationOptions CreateServerOptions(
        SslStreamCertificateContext own, Func<X509Certificate2?, X509Certificate2Collection?, bool> verify) => new()
        {
            ServerCertificateContext = own,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,

            // A ticket would skip the validation, against roots and policy of another time.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = CreateChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => verify(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore),
        };

    /// <param name="own">What this side shows; null for nothing.</param>
    /// <param name="serverName">For SNI; the peer is known by its certificate's <c>spiffe://</c> name, not by this one.</param>
    /// <param name="verify">Gets the peer's certificate, or null, and what it sent along; false ends the handshake.</param>
    public static SslClientAuthenticationOptions CreateClientOptions(
        SslStreamCertificateContext? own, string serverName, Func<X509Certificate2?, X509Certificate2Collection?, bool> verify) => new()
        {
            TargetHost = serverName,
            ClientCertificateContext = own,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = CreateChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => verify(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore),
        };

    /// <summary>Believes nothing by itself: the platform builds a chain before the callback is asked, and must not fetch what a stranger's certificate points to.</summary>
    public static X509ChainPolicy CreateChainPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
