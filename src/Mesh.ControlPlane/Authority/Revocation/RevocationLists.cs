using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Roots;
using Mesh.ControlPlane.Authority.Signing;

namespace Mesh.ControlPlane.Authority.Revocation;

/// <summary>Signs what the denylist says, one list for every authority whose certificates may be in use (RFC 5280 5).</summary>
internal static class RevocationLists
{
    private const string Label = "X509 CRL";

    /// <summary>Longer than any leaf lives: a control plane that is away makes no list run out on those who hold it.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>In PEM; empty while nothing is revoked, as OpenSSL and Envoy want a list of every authority once they have one.</summary>
    public static string Sign(Hierarchy hierarchy, ImmutableArray<RevokedCertificate> revoked, DateTimeOffset now)
    {
        if (revoked.IsEmpty)
        {
            return "";
        }

        var lists = new List<string>();
        foreach (var issuer in hierarchy.Retired.Prepend(hierarchy.Current))
        {
            var own = revoked.Where(certificate => certificate.Issuer is null || certificate.Issuer == issuer.Name);
            lists.Add(Sign(issuer.Certificate, issuer.Key, own, now));
        }

        lists.AddRange(hierarchy.Roots.Where(root => root.Key is not null).Select(root => Sign(root.Certificate, root.Key!, [], now)));
        return string.Concat(lists);
    }

    private static string Sign(X509Certificate2 authority, SigningKey key, IEnumerable<RevokedCertificate> revoked, DateTimeOffset now)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(Convert.FromHexString(certificate.Serial), certificate.RevokedAt);
        }

        // Numbers must only rise, also over restarts.
        var number = new BigInteger(now.ToUnixTimeMilliseconds());
        var authorityKeyId = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            authority, authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any(), !authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any());
        var begin = now - CaCertificates.Backdating;
        var list = builder.Build(authority.SubjectName, key.Generator, number, now + Lifetime, key.Hash, authorityKeyId, begin);
        return PemEncoding.WriteString(Label, list) + "\n";
    }
}
