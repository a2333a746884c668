using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Signs leaves with one issuer; what is the same in all of them is made once.</summary>
internal sealed class SvidSigner
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private static readonly X500DistinguishedName NoSubject = new(new byte[] { 0x30, 0 });
    private static readonly X509Extension NoAuthority = X509BasicConstraintsExtension.CreateForEndEntity(critical: true);
    private static readonly X509Extension KeyUsage = new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true);
    private static readonly X509Extension ExtendedKeyUsage = new X509EnhancedKeyUsageExtension(new OidCollection { new(ServerAuth), new(ClientAuth) }, critical: false);

    private readonly X509Certificate2 _issuer;
    private readonly SigningKey _key;
    private readonly X509Extension _authorityKeyId;
    private readonly DateTimeOffset _begin;
    private readonly DateTimeOffset _end;

    public SvidSigner(X509Certificate2 issuer, SigningKey key)
    {
        (_issuer, _key) = (issuer, key);
        (_begin, _end) = (issuer.NotBefore, issuer.NotAfter);
        _authorityKeyId = AuthorityKeyId(issuer);
    }

    /// <summary>Signs; the certificate never outlives the issuer's.</summary>
    public X509Certificate2 Sign(PublicKey key, SpiffeId id, DateTimeOffset now, TimeSpan lifetime) => Sign(key, id, now, lifetime, [], []);

    /// <summary>Signs for a server that is also reached by names and addresses.</summary>
    public X509Certificate2 Sign(
        PublicKey key, SpiffeId id, DateTimeOffset now, TimeSpan lifetime, IReadOnlyCollection<string> dnsNames, IReadOnlyCollection<IPAddress> addresses)
    {
        var begin = now - CaCertificates.Backdating;
        var end = now + lifetime;
        if (_end <= now)
        {
            throw new CryptographicException($"The issuer {_issuer.Subject} has expired at {_end.UtcDateTime:u}.");
        }

        var request = new CertificateRequest(NoSubject, key, _key.Hash);
        var extensions = request.CertificateExtensions;
        extensions.Add(NoAuthority);
        extensions.Add(KeyUsage);
        extensions.Add(ExtendedKeyUsage);
        extensions.Add(new X509SubjectKeyIdentifierExtension(key, critical: false));
        extensions.Add(_authorityKeyId);

        // The subject is empty: who it is stands here alone, so whoever cannot read it must refuse (RFC 5280 4.2.1.6).
        extensions.Add(SubjectNames.Write(id.ToString(), isCritical: true, dnsNames, addresses));
        return request.Create(_issuer.SubjectName, _key.Generator, begin > _begin ? begin : _begin, end < _end ? end : _end, SerialNumber.Next());
    }

    private static X509AuthorityKeyIdentifierExtension AuthorityKeyId(X509Certificate2 issuer) =>
        issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any()
            ? X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false)
            : X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: false, includeIssuerAndSerial: true);
}
