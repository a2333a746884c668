namespace Mesh.Client.Model;

/// <summary>The answer of the control plane for an authority.</summary>
internal enum DestinationStatus
{
    /// <summary>The mesh knows it: requests follow its virtual host.</summary>
    Routed,

    /// <summary>The mesh does not know it: requests follow the outbound traffic policy.</summary>
    Unknown,

    /// <summary>The mesh knows it but has no usable configuration for it: requests fail with the reason.</summary>
    Failed,
}
