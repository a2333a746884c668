using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>The authorities at one moment: roots in the order of the bundle, who issues, and who did.</summary>
/// <param name="Roots">The issuing one first.</param>
/// <param name="Current">Issues now; of the first root.</param>
/// <param name="Retired">Their leaves have not all expired.</param>
/// <param name="Prepared">The plugged-in issuer of a root that does not issue yet.</param>
internal sealed record Hierarchy(ImmutableArray<AuthorityRoot> Roots, Issuer Current, ImmutableArray<Issuer> Retired, Issuer? Prepared)
{
    public AuthorityRoot IssuingRoot => Roots[0];

    /// <summary>The root that was added and does not issue yet; null when there is none.</summary>
    public AuthorityRoot? PendingRoot => Roots.Skip(1).FirstOrDefault(root => root.AddedAt > IssuingRoot.AddedAt);

    /// <summary>Whether it is the same but for the objects: names are never given twice.</summary>
    public bool IsSameAs(Hierarchy other) =>
        Roots.Select(root => root.Name).SequenceEqual(other.Roots.Select(root => root.Name))
        && Current.Name == other.Current.Name
        && Retired.Select(issuer => issuer.Name).SequenceEqual(other.Retired.Select(issuer => issuer.Name))
        && Prepared?.Name == other.Prepared?.Name;

    /// <summary>Roots that issued before the current one.</summary>
    public IEnumerable<AuthorityRoot> FormerRoots => Roots.Skip(1).Where(root => root.AddedAt <= IssuingRoot.AddedAt);
}
