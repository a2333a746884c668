using Mesh.Config;
using Mesh.ControlPlane.Api.Objects;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>What can be done with objects of a kind; nothing is named here that is not served.</summary>
internal static class ResourceVerbs
{
    private static readonly string[] All = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Ask = ["create"];

    public static IReadOnlyList<string> OfStatus { get; } = ["get", "patch", "update"];

    public static IReadOnlyList<string> OfToken => Ask;

    public static IReadOnlyList<string> Of(ResourceKind kind) => ReviewKinds.Contains(kind) ? Ask : ServedKinds.IsReadOnly(kind) ? Read : All;

    /// <summary>Whether the status of objects is written on its own.</summary>
    public static bool HasStatus(ResourceKind kind) => kind.HasStatus && !ReviewKinds.Contains(kind) && !ServedKinds.IsReadOnly(kind);

    public static bool HasToken(ResourceKind kind) => kind is { Group: "", Kind: "ServiceAccount" };
}
