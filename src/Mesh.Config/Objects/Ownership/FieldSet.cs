using System.Collections.Immutable;

namespace Mesh.Config.Objects.Ownership;

/// <summary>A set of places in an object, as a tree by steps; never changes.</summary>
internal sealed class FieldSet
{
    private static readonly ImmutableSortedDictionary<string, FieldSet> NoChildren = ImmutableSortedDictionary.Create<string, FieldSet>(StringComparer.Ordinal);

    private FieldSet(bool owned, ImmutableSortedDictionary<string, FieldSet> children)
    {
        Owned = owned;
        Children = children;
    }

    public static FieldSet Empty { get; } = new(false, NoChildren);

    /// <summary>The place itself and nothing below.</summary>
    public static FieldSet Leaf { get; } = new(true, NoChildren);

    /// <summary>Whether the place itself is in the set.</summary>
    public bool Owned { get; }

    /// <summary>What the set has below this place, by step; none of them empty.</summary>
    public ImmutableSortedDictionary<string, FieldSet> Children { get; }

    public bool IsEmpty => !Owned && Children.IsEmpty;

    public static FieldSet Of(bool owned, IEnumerable<KeyValuePair<string, FieldSet>> children)
    {
        var kept = NoChildren.ToBuilder();
        foreach (var (element, child) in children)
        {
            if (!child.IsEmpty)
            {
                kept[element] = kept.TryGetValue(element, out var known) ? known.Union(child) : child;
            }
        }

        return owned || kept.Count > 0 ? new FieldSet(owned, kept.ToImmutable()) : Empty;
    }

    public FieldSet At(string element) => Children.GetValueOrDefault(element, Empty);

    public FieldSet AsOwned() => Owned ? this : new FieldSet(true, Children);

    public FieldSet Below() => Owned ? new FieldSet(false, Children) : this;

    /// <summary>Without a step and all that is below it.</summary>
    public FieldSet Without(string element) => Of(Owned, Children.Remove(element));

    public FieldSet Union(FieldSet other) =>
        other.IsEmpty ? this : IsEmpty ? other : Of(Owned || other.Owned, Children.Concat(other.Children));

    public FieldSet Intersect(FieldSet other) =>
        Of(Owned && other.Owned, Children.Select(child => KeyValuePair.Create(child.Key, child.Value.Intersect(other.At(child.Key)))));

    /// <summary>The places of this set that the other does not have; a place does not stand for those below it.</summary>
    public FieldSet Except(FieldSet other) =>
        other.IsEmpty ? this : Of(Owned && !other.Owned, Children.Select(child => KeyValuePair.Create(child.Key, child.Value.Except(other.At(child.Key)))));

    public bool SetEquals(FieldSet other) =>
        ReferenceEquals(this, other)
        || (Owned == other.Owned
            && Children.Count == other.Children.Count
            && Children.All(child => other.Children.TryGetValue(child.Key, out var same) && child.Value.SetEquals(same)));

    /// <summary>Every place of the set, as its steps from the root.</summary>
    public IEnumerable<ImmutableList<string>> Paths() => Paths(ImmutableList<string>.Empty);

    private IEnumerable<ImmutableList<string>> Paths(ImmutableList<string> prefix)
    {
        if (Owned)
        {
            yield return prefix;
        }

        foreach (var (element, child) in Children)
        {
            foreach (var path in child.Paths(prefix.Add(element)))
            {
                yield return path;
            }
        }
    }
}
