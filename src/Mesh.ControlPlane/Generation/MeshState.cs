using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation.Secrets;
using Mesh.ControlPlane.Keys;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation;

/// <summary>Everything that resources are generated from; immutable.</summary>
internal sealed record MeshState(long Version, ConfigSnapshot Config, RegistrySnapshot Registry)
{
    /// <summary>The keys of token issuers.</summary>
    public KeySnapshot Keys { get; init; } = KeySnapshot.Empty;

    /// <summary>Null where no authority runs.</summary>
    public PublishedTrust? Trust { get; init; }

    /// <summary>Since when each resource can be what it is now.</summary>
    public ResourceStamps Stamps { get; init; } = ResourceStamps.Of(Version);

    public static MeshState Empty { get; } = new(0, ConfigSnapshot.Empty, RegistrySnapshot.Empty);
}
