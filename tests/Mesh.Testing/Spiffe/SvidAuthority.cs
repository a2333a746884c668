using System.Formats.Asn1;
using System.Net.Security;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Testing.Spiffe;

/// <summary>A certificate authority for tests that issues whatever it is asked for, good or bad.</summary>
public sealed class SvidAuthority : IDisposable
{
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    private readonly DateTimeOffset _now;
    private readonly X509SignatureGenerator _generator;
    private readonly AsymmetricAlgorithm _key;

    /// <summary>A root.</summary>
    public SvidAuthority(string name = "root", DateTimeOffset? now = null, int? rsaBits = null)
    {
        _now = now ?? TimeProvider.System.GetUtcNow();
        var (publicKey, generator, key) = CreateKey(rsaBits);
        (_generator, _key) = (generator, key);
        Certificate = Create(new SvidTemplate { Subject = $"CN={name}", IsAuthority = true, KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, Purposes = null, Lifetime = TimeSpan.FromDays(3650), Backdated = TimeSpan.FromDays(1) }, publicKey, new X500DistinguishedName($"CN={name}"), generator, null);
        WithKey = Attach(Certificate, key);
        Root = this;
    }

    private SvidAuthority(SvidAuthority parent, SvidTemplate template)
    {
        _now = parent._now;
        var (publicKey, generator, key) = CreateKey(template.RsaBits);
        (_generator, _key) = (generator, key);
        Certificate = Create(template, publicKey, parent.Certificate.SubjectName, parent.GeneratorFor(template), parent.Certificate);
        WithKey = Attach(Certificate, key);
        Root = parent.Root;
        Intermediates = [Certificate, .. parent.Intermediates];
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>With its private key.</summary>
    public X509Certificate2 WithKey { get; }

    public SvidAuthority Root { get; }

    /// <summary>From this one up to the root, without it.</summary>
    public X509Certificate2Collection Intermediates { get; } = [];

    public string RootPem => Root.Certificate.ExportCertificatePem();

    /// <summary>An authority below this one.</summary>
    public SvidAuthority CreateIntermediate(string name = "intermediate", Action<SvidTemplate>? change = null)
    {
        var template = new SvidTemplate
        {
            Subject = $"CN={name}",
            IsAuthority = true,
            KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
            Purposes = null,
            Lifetime = TimeSpan.FromDays(365),
            Backdated = TimeSpan.FromDays(1),
        };
        change?.Invoke(template);
        return new SvidAuthority(this, template);
    }

    /// <summary>A leaf with its key; without one when the template brings a public key.</summary>
    public X509Certificate2 Issue(string? spiffeId, Action<SvidTemplate>? change = null)
    {
        var template = new SvidTemplate();
        if (spiffeId is not null)
        {
            template.Uris.Add(spiffeId);
        }

        change?.Invoke(template);
        if (template.PublicKey is { } publicKey)
        {
            return Create(template, publicKey, Certificate.SubjectName, GeneratorFor(template), Certificate);
        }

        var (ownKey, _, key) = CreateKey(template.RsaBits);
        return Attach(Create(template, ownKey, Certificate.SubjectName, GeneratorFor(template), Certificate), key);
    }

    /// <summary>A leaf as TLS wants it, with the intermediate certificates of this authority.</summary>
    public SslStreamCertificateContext IssueContext(string spiffeId, Action<SvidTemplate>? change = null) =>
        SslStreamCertificateContext.Create(Issue(spiffeId, change), Intermediates, offline: true);

    /// <summary>The certificate with another content, signed anew by this authority: for what no builder lets through.</summary>
    public X509Certificate2 Rewrite(X509Certificate2 certificate, Func<byte[], byte[]> change)
    {
        var content = change(new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(content);
            writer.WriteEncodedValue(_generator.GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256));
            writer.WriteBitString(_generator.SignData(content, HashAlgorithmName.SHA256));
        }

        return X509CertificateLoader.LoadCertificate(writer.Encode());
    }

    /// <summary>A list of what this authority has taken back, in PEM.</summary>
    public string CreateRevocationList(params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        return PemEncoding.WriteString("X509 CRL", builder.Build(WithKey, BigInteger.One, _now.AddDays(1), HashAlgorithmName.SHA256));
    }

    /// <summary>The value of a subjectAltName extension, with names as they are given.</summary>
    public static byte[] EncodeNames(IEnumerable<string> uris, IEnumerable<string>? dnsNames = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var uri in uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, UriTag);
            }

            foreach (var name in dnsNames ?? [])
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsTag);
            }
        }

        return writer.Encode();
    }

    public void Dispose()
    {
        Certificate.Dispose();
        WithKey.Dispose();
    }

    private X509SignatureGenerator GeneratorFor(SvidTemplate template) =>
        template.Hash == HashAlgorithmName.SHA1 ? new WeakSignatureGenerator(_key) : _generator;

    private X509Certificate2 Create(SvidTemplate template, PublicKey key, X500DistinguishedName issuer, X509SignatureGenerator generator, X509Certificate2? authority)
    {
        var request = new CertificateRequest(new X500DistinguishedName(template.Subject), key, template.Hash, RSASignaturePadding.Pkcs1);
        if (template.IsAuthority is { } isAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, template.PathLength is not null, template.PathLength ?? 0, true));
        }

        if (template.KeyUsage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, template.KeyUsageIsCritical));
        }

        if (template.Purposes is { } purposes)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], false));
        }

        if (template.SubjectAltName is not null || template.Uris.Count + template.DnsNames.Count > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", template.SubjectAltName ?? EncodeNames(template.Uris, template.DnsNames), template.Subject.Length == 0));
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, false));
        if (authority?.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        }

        foreach (var extension in template.MoreExtensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        return request.Create(issuer, generator, (template.Now ?? _now) - template.Backdated, (template.Now ?? _now) + template.Lifetime, serial);
    }

    private static (PublicKey Public, X509SignatureGenerator Generator, AsymmetricAlgorithm Key) CreateKey(int? rsaBits)
    {
        if (rsaBits is { } bits)
        {
            var rsa = RSA.Create(bits);
            var generator = X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1);
            return (generator.PublicKey, generator, rsa);
        }

        var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var curveGenerator = X509SignatureGenerator.CreateForECDsa(curve);
        return (curveGenerator.PublicKey, curveGenerator, curve);
    }

    private static X509Certificate2 Attach(X509Certificate2 certificate, AsymmetricAlgorithm key) =>
        key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
}
