using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>The authorities as they are stored: names of files, in order. It is written last, so the files it names are there.</summary>
internal sealed record HierarchyDocument(
    int Version,
    string TrustDomain,
    ImmutableArray<HierarchyDocument.StoredRoot> Roots,
    HierarchyDocument.StoredIssuer Current,
    ImmutableArray<HierarchyDocument.StoredIssuer> Retired,
    HierarchyDocument.StoredIssuer? Prepared)
{
    /// <summary>A root; its certificate and key are in files of its name.</summary>
    public sealed record StoredRoot(string Name, DateTimeOffset AddedAt, bool HasKey);

    /// <summary>An issuer; its chain and key are in files of its name.</summary>
    public sealed record StoredIssuer(string Name, string Root, DateTimeOffset? KeptUntil);
}
