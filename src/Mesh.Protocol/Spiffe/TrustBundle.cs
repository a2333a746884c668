using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>The roots that speak for one trust domain, and what they have taken back (SPIFFE Trust Domain and Bundle 4).</summary>
/// <param name="TrustDomain">Such as <c>cluster.local</c>.</param>
/// <param name="Roots">Self-signed; the first is the one that issues now.</param>
/// <param name="RevocationLists">Of any authority below the roots; one that has none has revoked nothing.</param>
internal sealed record TrustBundle(string TrustDomain, ImmutableArray<X509Certificate2> Roots, ImmutableArray<RevocationList> RevocationLists)
{
    /// <param name="trustDomain">For whom the roots speak.</param>
    /// <param name="roots">Certificates in PEM.</param>
    /// <param name="revocationLists">In PEM; null or empty for none.</param>
    /// <exception cref="CryptographicException">A text is not PEM of that kind, or holds no root.</exception>
    public static TrustBundle Parse(string trustDomain, string roots, string? revocationLists = null)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(roots);
        if (certificates.Count == 0)
        {
            throw new CryptographicException($"expected at least one root certificate of trust domain '{trustDomain}' in PEM, got none");
        }

        return new TrustBundle(trustDomain, [.. certificates], string.IsNullOrWhiteSpace(revocationLists) ? [] : [.. RevocationList.ParseAll(revocationLists)]);
    }

    public bool Equals(TrustBundle? other) =>
        other is not null
        && TrustDomain == other.TrustDomain
        && Roots.SequenceEqual(other.Roots)
        && RevocationLists.SequenceEqual(other.RevocationLists);

    public override int GetHashCode() => HashCode.Combine(TrustDomain, Roots.Length, RevocationLists.Length);
}
