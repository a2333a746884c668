using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>The kinds that the API serves: all that the mesh takes, and some that clients only read.</summary>
internal static class ServedKinds
{
    /// <summary>Always empty; <c>kubectl describe</c> asks for them.</summary>
    public static ResourceKind Event { get; } =
        new(ResourceKinds.CoreGroup, "Event", "events", ["v1"], Spec: null) { Strict = false, Use = ResourceUse.Ignored };

    public static ImmutableArray<ResourceKind> All { get; } = [.. ResourceKinds.All, Event];

    private static readonly FrozenDictionary<(string Group, string Version, string Plural), ResourceKind> Index = All
        .SelectMany(kind => kind.Versions.Select(version => (Key: (kind.Group, version, kind.Plural), Kind: kind)))
        .ToFrozenDictionary(entry => entry.Key, entry => entry.Kind);

    public static ResourceKind Namespace { get; } = ResourceKinds.Find(ResourceKinds.CoreGroup, "Namespace")!;

    public static ResourceKind Secret => KubernetesKinds.Secret;

    /// <summary>Made of the catalogue itself: tools look there for what is installed.</summary>
    public static ResourceKind CustomResourceDefinition { get; } = ResourceKinds.Find("apiextensions.k8s.io", "CustomResourceDefinition")!;

    /// <summary>The groups in the order of their discovery: the core first.</summary>
    public static ImmutableArray<ServedGroup> Groups { get; } =
    [
        .. All.GroupBy(kind => kind.Group).Select(group => new ServedGroup(
            group.Key, [.. group.SelectMany(kind => kind.Versions).Distinct().OrderBy(version => version, VersionOrder.Instance)], [.. group])),
    ];

    public static ResourceKind? Find(string group, string version, string plural) => Index.GetValueOrDefault((group, version, plural));

    public static bool IsReadOnly(ResourceKind kind) => kind == Event;
}
