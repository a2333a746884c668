namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>How much of the mesh has had time to come back since this control plane started.</summary>
internal enum RestartPhase
{
    /// <summary>Most workloads are on their way: what is not as a client left it may be half of the truth.</summary>
    Settling,

    /// <summary>Workloads that paused long between their attempts may still come.</summary>
    Returning,

    /// <summary>What is known is the truth.</summary>
    Over,
}
