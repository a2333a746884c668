using System.Collections;
using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>An immutable list that equals another of the same items, so that records that hold one compare by what they say.</summary>
internal sealed class ValueList<T>(ImmutableArray<T> items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    public static ValueList<T> Empty { get; } = new([]);

    public int Count => items.Length;

    public T this[int index] => items[index];

    public bool Equals(ValueList<T>? other) => other is not null && items.SequenceEqual(other.ToImmutable());

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode() => items.Length == 0 ? 0 : HashCode.Combine(items.Length, items[0]);

    public ImmutableArray<T> ToImmutable() => items;

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
