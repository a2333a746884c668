namespace Mesh.Client.Model;

/// <summary>Where the configuration of a destination comes from.</summary>
internal enum DestinationSource
{
    /// <summary>A control plane, in the life of this process.</summary>
    ControlPlane,

    /// <summary>A control plane, in the life of an earlier process of this workload.</summary>
    Snapshot,

    /// <summary>The application's own configuration.</summary>
    Declared,

    /// <summary>Nowhere: DNS decides.</summary>
    Direct,
}
