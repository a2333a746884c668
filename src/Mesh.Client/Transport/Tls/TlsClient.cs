using System.Net.Security;
using System.Security.Authentication;
using Mesh.Client.Identity;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>Puts TLS on connections as one policy demands it; what cannot be met fails the connection.</summary>
internal sealed class TlsClient(TlsPolicy policy, TlsClients owner)
{
    private readonly TlsMaterial _material = new(policy, owner.Sources, owner.Logger);

    private readonly string[] _secrets = [.. policy.SecretNames];

    // The last refusal that was told; a wrong endpoint would be told at every connection.
    private volatile string? _told;

    public TlsPolicy Policy => policy;

    private bool IsOfMesh => policy.IsMesh && owner.Identity.IsConfigured;

    /// <summary>Waits a bounded time for certificates that are still on their way, before a connection is opened for nothing.</summary>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) =>
        IsOfMesh && owner.Identity.Current is null ? new(WaitAsync(cancellationToken))
        : _secrets.Length > 0 && !Array.TrueForAll(_secrets, owner.Sources.Secrets.IsAnswered) ? new(owner.WaitForSecretsAsync(_secrets, cancellationToken))
        : ValueTask.CompletedTask;

    /// <param name="transport">Disposed when the handshake fails.</param>
    /// <param name="host">Whom the request is for.</param>
    /// <param name="protocols">For ALPN, where the policy names none.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="AuthenticationException">The handshake failed; the message is Envoy's, with the reason.</exception>
    public async ValueTask<SecuredStream> AuthenticateAsync(
        Stream transport, string host, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        MeshHandshake? mesh = null;
        OriginatedHandshake? originated = null;
        try
        {
            var name = policy.Sni ?? host;
            if (IsOfMesh)
            {
                mesh = new MeshHandshake(policy, owner.RequireIdentity(), owner.Identity.Bundles, owner.Time);
            }
            else
            {
                originated = new OriginatedHandshake(policy, _material, owner.Time);
            }

            var options = mesh?.Options(name, protocols) ?? originated!.Options(name, protocols);
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return new SecuredStream(stream, mesh?.Session);
        }
        catch (Exception exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw new AuthenticationException(Describe(mesh?.Refusal ?? originated?.Refusal, exception), exception);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await owner.WaitForIdentityAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateUnavailableException exception)
        {
            throw new AuthenticationException(Describe(refusal: null, exception), exception);
        }
    }

    // Envoy frames BoringSSL's own words; what follows is for people in both cases.
    private string Describe(string? refusal, Exception exception)
    {
        if (refusal is null)
        {
            return $"TLS_error:|{exception.InnerException?.Message ?? exception.Message}:TLS_error_end";
        }

        if (_told != refusal)
        {
            TransportLog.PeerRefused(owner.Logger, policy.Sni, refusal);
            _told = refusal;
        }

        return $"TLS_error:|CERTIFICATE_VERIFY_FAILED:{refusal}:TLS_error_end";
    }
}
