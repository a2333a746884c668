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

    /// <summary>The name of one, for people and commands.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>What commands take for the plural, such as <c>vs</c>.</summary>
    public IReadOnlyList<string> ShortNames => ResourceNames.ShortOf(Group, Kind);

    /// <summary>Words that stand for several kinds, such as <c>istio-io</c>.</summary>
    public IReadOnlyList<string> Categories => ResourceNames.CategoriesOf(Group, Kind);

    /// <summary>The columns of a listing after the name; those of Kubernetes' own kinds are computed and not in here.</summary>
    public IReadOnlyList<PrinterColumn> Columns => PrinterColumns.Of(Group, Kind);

    /// <summary>Whether Kubernetes itself defines the kind; all others are custom resources there, with rules of their own for patches and updates.</summary>
    public bool IsBuiltIn => ResourceNames.IsBuiltInGroup(Group);

    /// <summary>Whether <c>status</c> is written on its own, apart from the rest.</summary>
    public bool HasStatus => ResourceNames.HasStatus(Group, Kind);

    /// <summary>As an API names the group's kind: <c>virtualservices.networking.istio.io</c>, <c>services</c>.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>As in <c>apiVersion:</c>.</summary>
    public string ApiVersionOf(string version) => Group.Length == 0 ? version : $"{Group}/{version}";
}
