using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>The control plane's own certificate for its TLS port: made when asked for, and again at half of its life or when another authority issues.</summary>
internal sealed class ServerCertificateSource(AuthoritySettings settings, RootRotation rotation, TimeProvider time)
{
    private const string Namespace = "istio-system";
    private const string ServiceAccount = "istiod";

    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile Held? _held;

    public SpiffeId Id { get; } = SpiffeId.Of(settings.TrustDomain, Namespace, ServiceAccount);

    /// <summary>For the next handshake.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            var held = _held;
            return IsGood(held) ? held!.Context : Renew();
        }
    }

    private bool IsGood(Held? held) => held is not null && held.Issuer == rotation.Current.Current && time.GetUtcNow() < held.RenewAt;

    private SslStreamCertificateContext Renew()
    {
        lock (_lock)
        {
            if (IsGood(_held))
            {
                return _held!.Context;
            }

            var issuer = rotation.Current.Current;
            var now = time.GetUtcNow();
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = issuer.Signer.Sign(new PublicKey(key), Id, now, settings.DefaultLifetime, settings.ServerNames, settings.ServerAddresses);
            using var withKey = certificate.CopyWithPrivateKey(key);

            // A key that lives in memory only is one that Windows' TLS cannot use.
            var leaf = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
            var context = SslStreamCertificateContext.Create(leaf, [.. issuer.Chain, PinnedRoot.CreateCarrier(issuer.Root.Certificate)], offline: true);
            _held = new Held(context, issuer, now + ((leaf.NotAfter - now) / 2));
            return context;
        }
    }

    private sealed record Held(SslStreamCertificateContext Context, Issuer Issuer, DateTimeOffset RenewAt);
}
