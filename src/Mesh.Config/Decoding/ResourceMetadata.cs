using System.Collections.Immutable;

namespace Mesh.Config.Decoding;

/// <summary>What the mesh reads of <c>metadata</c>.</summary>
internal sealed record ResourceMetadata
{
    public string Name { get; init; } = "";

    /// <summary>Empty when not given.</summary>
    public string Namespace { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = EmptyMap;

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = EmptyMap;

    public DateTimeOffset CreationTimestamp { get; init; }

    /// <summary>Ordinal, so that the order does not depend on a culture.</summary>
    public static ImmutableSortedDictionary<string, string> EmptyMap { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
