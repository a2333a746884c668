namespace Mesh.ControlPlane.Registry;

/// <summary>Whether an endpoint takes requests.</summary>
internal enum EndpointState
{
    Ready,
    NotReady,

    /// <summary>It finishes what it has and takes nothing new.</summary>
    Draining,
}
