namespace Mesh.ControlPlane.Graph;

/// <summary>How much a graph tells apart.</summary>
internal enum GraphLevel
{
    Service,

    /// <summary>Services and their versions.</summary>
    Version,

    /// <summary>Every process by itself.</summary>
    Workload,
}
