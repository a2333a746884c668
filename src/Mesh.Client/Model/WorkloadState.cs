namespace Mesh.Client.Model;

/// <summary>Whether this process takes requests.</summary>
internal enum WorkloadState
{
    Ready,
    NotReady,

    /// <summary>It finishes what it has and takes nothing new.</summary>
    Draining,
}
