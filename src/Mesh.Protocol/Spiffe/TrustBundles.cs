using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mesh.Protocol.Spiffe;

/// <summary>The bundles a process believes: of its own trust domain and of the federated ones, each for its own names only, never the union.</summary>
internal sealed class TrustBundles : IEquatable<TrustBundles>
{
    private readonly FrozenDictionary<string, TrustBundle> _byTrustDomain;

    /// <param name="trustDomain">The process's own.</param>
    /// <param name="bundles">At most one a trust domain.</param>
    /// <exception cref="ArgumentException">Two bundles are of one trust domain.</exception>
    public TrustBundles(string trustDomain, IEnumerable<TrustBundle> bundles)
    {
        TrustDomain = trustDomain;
        All = [.. bundles];
        _byTrustDomain = All.ToDictionary(bundle => bundle.TrustDomain, StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Believes nobody.</summary>
    public static TrustBundles Empty { get; } = new("", []);

    /// <summary>The process's own.</summary>
    public string TrustDomain { get; }

    public ImmutableArray<TrustBundle> All { get; }

    public TrustBundle? Own => Find(TrustDomain);

    /// <summary>What was found of certificates so far; it ends with these bundles, so that none outlives a change of trust.</summary>
    internal VerdictCache Verdicts { get; } = new();

    public TrustBundle? Find(string trustDomain) => _byTrustDomain.GetValueOrDefault(trustDomain);

    public bool Equals(TrustBundles? other) => other is not null && TrustDomain == other.TrustDomain && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as TrustBundles);

    public override int GetHashCode() => HashCode.Combine(TrustDomain, All.Length);
}
