namespace Mesh.Client.Model;

/// <summary>What an endpoint's metadata says of the lanes it serves.</summary>
/// <param name="Lane">The label <c>lane</c> of its workload; empty without one.</param>
/// <param name="Version">The revision of its workload, which a process may take for its lane; empty when unknown.</param>
internal readonly record struct LanePlacement(string Lane, string Version)
{
    /// <summary>Whether the cluster holds it for its lane alone: a subset that does not select it.</summary>
    public bool IsGuest { get; init; }
}
