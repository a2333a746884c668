using System.Collections.Immutable;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Generation.Secrets;

/// <summary>Whom the mesh believes, as it is told to everybody: certificates and revocations, nothing secret.</summary>
/// <param name="TrustDomain">The mesh's own.</param>
/// <param name="Bundles">Roots in PEM by trust domain, the own one included; the first root of a bundle is the one that issues now.</param>
/// <param name="RevocationLists">Of the own trust domain, in PEM; empty when nothing is revoked.</param>
internal sealed record PublishedTrust(string TrustDomain, ImmutableSortedDictionary<string, string> Bundles, string RevocationLists)
{
    public static PublishedTrust Of(TrustBundles bundles) => new(
        bundles.TrustDomain,
        bundles.All.ToImmutableSortedDictionary(
            bundle => bundle.TrustDomain,
            bundle => string.Concat(bundle.Roots.Select(root => root.ExportCertificatePem() + "\n")),
            StringComparer.Ordinal),
        string.Concat(bundles.Own?.RevocationLists.Select(list => list.ToPem() + "\n") ?? []));

    public string OwnRoots => Bundles.GetValueOrDefault(TrustDomain, "");

    public bool Equals(PublishedTrust? other) =>
        other is not null && TrustDomain == other.TrustDomain && RevocationLists == other.RevocationLists && Bundles.SequenceEqual(other.Bundles);

    public override int GetHashCode() => HashCode.Combine(TrustDomain, RevocationLists, Bundles.Count);
}
