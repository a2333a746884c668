using System.Collections.Immutable;

namespace Mesh.Client.Metrics.Series;

/// <summary>The labels of one series, in order; equal to another with the same names and values.</summary>
internal sealed class SeriesLabels : IEquatable<SeriesLabels>
{
    private readonly int _hash;

    public SeriesLabels(ImmutableArray<KeyValuePair<string, string>> pairs)
    {
        Pairs = pairs;
        var hash = new HashCode();
        foreach (var (name, value) in pairs)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    public ImmutableArray<KeyValuePair<string, string>> Pairs { get; }

    /// <summary>As meters take them when they ask.</summary>
    public KeyValuePair<string, object?>[] ToTags() => [.. Pairs.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value))];

    /// <summary>As meters are given them with every value.</summary>
    public KeyValuePair<string, object?>[] ToHashedTags() => [.. Pairs.Select(pair => new KeyValuePair<string, object?>(pair.Key, new LabelText(pair.Value)))];

    public bool Equals(SeriesLabels? other) => other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && Pairs.SequenceEqual(other.Pairs)));

    public override bool Equals(object? obj) => Equals(obj as SeriesLabels);

    public override int GetHashCode() => _hash;

    public override string ToString() => string.Join(',', Pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
