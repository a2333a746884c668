using System.Collections.Immutable;
using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>A group of the API.</summary>
/// <param name="Name">Empty for the core.</param>
/// <param name="Versions">The preferred one first.</param>
/// <param name="Kinds">Each in one or more of the versions.</param>
internal sealed record ServedGroup(string Name, ImmutableArray<string> Versions, ImmutableArray<ResourceKind> Kinds)
{
    public IEnumerable<ResourceKind> In(string version) => Kinds.Where(kind => kind.Versions.Contains(version, StringComparer.Ordinal));

    public string ApiVersionOf(string version) => Name.Length == 0 ? version : $"{Name}/{version}";
}
