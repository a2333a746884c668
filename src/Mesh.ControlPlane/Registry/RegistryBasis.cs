using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Registry;

/// <summary>A registry with the configuration it was built from: the pair that may be read together.</summary>
internal sealed record RegistryBasis(ConfigSnapshot Config, RegistrySnapshot Registry);
