using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>Puts TLS on connections as one policy demands it; what cannot be met fails the connection.</summary>
internal sealed class TlsClient(TlsPolicy policy, CertificateProviders providers, TimeProvider time, ILogger logger)
{
    private readonly TlsMaterial _material = new(policy, providers, logger);

    public TlsPolicy Policy => policy;

    /// <param name="transport">Disposed when the handshake fails.</param>
    /// <param name="host">Whom the request is for.</param>
    /// <param name="protocols">For ALPN, where the policy names none.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="AuthenticationException">The handshake failed; the message is Envoy's, with the reason.</exception>
    public async ValueTask<SslStream> AuthenticateAsync(
        Stream transport, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        string? refusal = null;
        try
        {
            var name = policy.Sni ?? host;
            var verifier = new ServerVerifier(policy, name, _material.ReadRevocationLists(), time);
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = name,
                EnabledSslProtocols = policy.Versions,
                ApplicationProtocols = policy.ApplicationProtocols.IsEmpty ? protocols : [.. policy.ApplicationProtocols.Select(protocol => new SslApplicationProtocol(protocol))],
                ClientCertificateContext = _material.ReadIdentity(),
                CertificateChainPolicy = verifier.ChainPolicy(_material.ReadRoots()),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (refusal = verifier.Refuse(certificate as X509Certificate2, chain, errors)) is null,
            };
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw new AuthenticationException(Describe(refusal, exception), exception);
        }
    }

    // Envoy frames BoringSSL's own words; what follows is for people in both cases.
    private static string Describe(string? refusal, Exception exception) => refusal is not null
        ? $"TLS_error:|CERTIFICATE_VERIFY_FAILED:{refusal}:TLS_error_end"
        : $"TLS_error:|{exception.InnerException?.Message ?? exception.Message}:TLS_error_end";
}
