using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>All accepted resources at one moment.</summary>
internal sealed record ConfigSnapshot(long Version, ImmutableDictionary<ResourceId, Resource> Resources)
{
    public static ConfigSnapshot Empty { get; } = new(0, ImmutableDictionary<ResourceId, Resource>.Empty);
}
