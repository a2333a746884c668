using Google.Protobuf.Reflection;

namespace Mesh.Config;

/// <summary>A kind of resource that the mesh takes, and the message that its content decodes to.</summary>
/// <param name="Group">API group, empty for core.</param>
/// <param name="Kind">As in <c>kind:</c>.</param>
/// <param name="Plural">As in the URL of the API.</param>
/// <param name="Versions">Served versions, the stored one first.</param>
/// <param name="Spec">Null when the kind is accepted but carries nothing the mesh uses.</param>
internal sealed record ResourceKind(string Group, string Kind, string Plural, IReadOnlyList<string> Versions, MessageDescriptor? Spec)
{
    public ResourceUse Use { get; init; } = ResourceUse.Applied;

    /// <summary>False for kinds that exist once for all namespaces.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>Whether the kind has no <c>spec</c>: what the message says stands beside <c>metadata</c> (Secret, EndpointSlice).</summary>
    public bool IsFlat { get; init; }

    /// <summary>Whether a resource must have a <c>spec</c>, be it empty.</summary>
    public bool RequiresSpec { get; init; } = true;

    /// <summary>Whether an unknown field is an error. Kubernetes' own kinds have many fields that a mesh knowingly ignores.</summary>
    public bool Strict { get; init; } = true;
}
