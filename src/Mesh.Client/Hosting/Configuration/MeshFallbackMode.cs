namespace Mesh.Client;

/// <summary>Whether calls follow the mesh (<c>Mesh:Fallback:Mode</c>).</summary>
public enum MeshFallbackMode
{
    /// <summary>The configuration of the control plane, and what is left of it while none answers.</summary>
    Auto,

    /// <summary>
    /// The kill switch: declared endpoints, <c>Services:</c> configuration, or DNS, as if there were no mesh. A destination that demands mutual TLS of the mesh keeps its last configuration.
    /// </summary>
    Direct,
}
