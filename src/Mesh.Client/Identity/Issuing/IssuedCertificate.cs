using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity.Issuing;

/// <summary>An answer of the authority that has stood every test: a certificate of our key and our name, with a path to the roots.</summary>
internal sealed record IssuedCertificate(WorkloadSvid Svid, TrustBundles Bundles)
{
    /// <param name="chain">The answer: leaf, intermediates and root in PEM.</param>
    /// <param name="key">What the signing request was made with.</param>
    /// <param name="expected">Who this process is to be.</param>
    /// <param name="known">Whom it believes so far.</param>
    /// <param name="now">The time that counts.</param>
    /// <exception cref="CertificateUnavailableException">The answer is of no use; what is in use must stay.</exception>
    public static IssuedCertificate Read(IReadOnlyList<string> chain, WorkloadKey key, SpiffeId expected, TrustBundles known, DateTimeOffset now)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(string.Join('\n', chain));
            if (certificates.Count == 0)
            {
                throw new CertificateUnavailableException("the answer of the authority holds no certificate");
            }

            var leaf = certificates[0];
            var others = certificates.Skip(1).ToArray();
            var roots = others.Where(IsSelfIssued).ToArray();
            X509Certificate2Collection intermediates = [.. others.Except(roots)];
            var bundles = Merge(expected.TrustDomain, known, roots);
            Verify(leaf, intermediates, bundles, expected, now);
            var context = PemParsing.Context(key.Attach(leaf), intermediates);
            return new IssuedCertificate(new WorkloadSvid(expected, context, leaf.NotBefore, leaf.NotAfter), bundles);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateUnavailableException($"the answer of the authority is of no use: {exception.Message}", exception);
        }
    }

    private static void Verify(X509Certificate2 leaf, X509Certificate2Collection intermediates, TrustBundles bundles, SpiffeId expected, DateTimeOffset now)
    {
        foreach (var usage in (ReadOnlySpan<SvidUsage>)[SvidUsage.Client, SvidUsage.Server])
        {
            var verdict = SvidVerifier.Verify(leaf, intermediates, bundles, usage, now);
            if (!verdict.IsAccepted)
            {
                throw new CertificateUnavailableException($"peers would refuse the certificate that the authority sent ({verdict.Reason}): {verdict.Detail}");
            }

            if (verdict.Id != expected)
            {
                throw new CertificateUnavailableException(
                    $"the authority certified '{verdict.Id}', this process is '{expected}' by Mesh:TrustDomain, Mesh:Namespace and Mesh:ServiceAccount: use a token made for it");
            }
        }
    }

    /// <summary>The authority proved itself before it was asked; what it sends of roots is added to what is known, and is all there is at first.</summary>
    private static TrustBundles Merge(string trustDomain, TrustBundles known, X509Certificate2[] roots)
    {
        var own = known.Find(trustDomain) ?? new TrustBundle(trustDomain, [], []);
        var merged = own with { Roots = [.. own.Roots, .. roots.Where(root => !own.Roots.Contains(root)).Distinct()] };
        return merged.Roots.Length == own.Roots.Length && own.Roots.Length > 0
            ? known
            : new TrustBundles(trustDomain, known.All.Where(bundle => bundle.TrustDomain != trustDomain).Append(merged).ToImmutableArray());
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
