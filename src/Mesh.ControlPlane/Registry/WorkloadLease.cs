namespace Mesh.ControlPlane.Registry;

/// <summary>One stream's hold on its registration; a newer stream of the same node takes it over.</summary>
/// <param name="NodeId">The xDS node id.</param>
/// <param name="Epoch">Grows with every stream, so that the end of an old one cannot remove what a newer one holds.</param>
internal sealed record WorkloadLease(string NodeId, long Epoch);
