using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>What a path of the API names: a kind in one of its versions, and perhaps a namespace, an object and a part of it.</summary>
/// <param name="Kind">Of the catalogue of the API.</param>
/// <param name="Version">The version that the caller speaks.</param>
/// <param name="Namespace">Null for all of them, and for kinds that have none.</param>
/// <param name="Name">Null for the collection.</param>
/// <param name="Subresource">Such as <c>status</c>.</param>
internal sealed record ObjectPath(ResourceKind Kind, string Version, string? Namespace, string? Name, string? Subresource)
{
    private const string Namespaces = "namespaces";

    public ResourceId Id => new(Kind.Group, Kind.Kind, Namespace ?? "", Name ?? "");

    public string ApiVersion => Kind.ApiVersionOf(Version);

    /// <summary>The path behind group and version; null when nothing is served under it.</summary>
    public static ObjectPath? Parse(string group, string version, string rest)
    {
        var parts = rest.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is [Namespaces, var ns, var plural, ..] && ServedKinds.Find(group, version, plural) is { Namespaced: true } kind)
        {
            return Build(kind, version, ns, parts.AsSpan(3));
        }

        // A namespaced kind without a namespace is a list over all of them, and can be nothing else.
        return parts is [var first, ..] && ServedKinds.Find(group, version, first) is { } other && (!other.Namespaced || parts.Length == 1)
            ? Build(other, version, null, parts.AsSpan(1))
            : null;
    }

    private static ObjectPath? Build(ResourceKind kind, string version, string? ns, ReadOnlySpan<string> rest) => rest switch
    {
        [] => new ObjectPath(kind, version, ns, null, null),
        [var name] => new ObjectPath(kind, version, ns, name, null),
        [var name, var subresource] => new ObjectPath(kind, version, ns, name, subresource),
        _ => null,
    };
}
