using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Makes the certificates that sign others: roots, and the intermediates that issue (X509-SVID standard 3, 4).</summary>
internal static class CaCertificates
{
    private const string Organization = "Mesh";

    /// <summary>How far before now certificates begin, for clocks that are behind (Istio has the same).</summary>
    public static TimeSpan Backdating { get; } = TimeSpan.FromMinutes(2);

    /// <summary>A root that may have one level of authorities below it.</summary>
    public static X509Certificate2 CreateRoot(SigningKey key, string trustDomain, string name, DateTimeOffset now, TimeSpan lifetime)
    {
        var request = Request(key.PublicKey, $"CN=Mesh root {name}, O={Organization}", key, trustDomain, pathLength: 1);
        return request.Create(request.SubjectName, key.Generator, now - Backdating, now + lifetime, SerialNumber.Next());
    }

    /// <summary>An authority that issues leaves, for one trust domain, and nothing else; it never outlives its root.</summary>
    public static X509Certificate2 CreateIntermediate(
        SigningKey key, X509Certificate2 root, SigningKey rootKey, string trustDomain, string name, DateTimeOffset now, TimeSpan lifetime)
    {
        var request = Request(key.PublicKey, $"CN=Mesh issuer {name}, O={Organization}", rootKey, trustDomain, pathLength: 0);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(SubjectNames.PermitOnly(trustDomain));
        var end = now + lifetime < root.NotAfter ? now + lifetime : root.NotAfter;
        var begin = now - Backdating > root.NotBefore ? now - Backdating : root.NotBefore;
        return request.Create(root.SubjectName, rootKey.Generator, begin, end, SerialNumber.Next());
    }

    private static CertificateRequest Request(PublicKey key, string subject, SigningKey signer, string trustDomain, int pathLength)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, signer.Hash);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLength, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        extensions.Add(new X509SubjectKeyIdentifierExtension(key, critical: false));

        // An authority's own id is the trust domain, without a path: it can never pass for a workload.
        extensions.Add(SubjectNames.Write(SpiffeId.Scheme + trustDomain, isCritical: false, [], []));
        return request;
    }
}
