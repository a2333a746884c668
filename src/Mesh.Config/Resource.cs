using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;

namespace Mesh.Config;

/// <summary>One accepted resource; never changes.</summary>
internal sealed record Resource
{
    public required ResourceId Id { get; init; }

    public required ResourceKind Kind { get; init; }

    /// <summary>The version it was written in, such as <c>v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The decoded spec; null when the kind has none. Treat as read-only.</summary>
    public IMessage? Spec { get; init; }

    /// <summary>The whole object as JSON, fields included that the mesh does not read; without <c>metadata.resourceVersion</c>, which is the store's.</summary>
    public JsonElement Document { get; init; }

    public ResourceOrigin? Origin { get; init; }

    /// <summary>Grows with every write to the store; a resource keeps it until its content changes.</summary>
    public long ResourceVersion { get; init; }

    /// <summary>Decides who wins a conflict: the older resource (Istio).</summary>
    public DateTimeOffset CreationTimestamp { get; init; }
}
