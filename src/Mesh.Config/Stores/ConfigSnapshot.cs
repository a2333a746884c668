using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>All accepted resources at one moment.</summary>
/// <param name="Version">Of the newest change in it.</param>
/// <param name="Resources">By identity.</param>
internal sealed record ConfigSnapshot(long Version, ImmutableDictionary<ResourceId, Resource> Resources)
{
    public static ConfigSnapshot Empty { get; } = new(0, ImmutableDictionary<ResourceId, Resource>.Empty);

    /// <summary>The version of the newest change that the mesh can act on: a new status is none, so that it costs no push.</summary>
    public long EffectiveVersion { get; init; } = Version;
}
