namespace Mesh.ControlPlane.Registry;

/// <summary>A process that is connected to this control plane, or was a moment ago, and since when: of two that claim it the later one has it.</summary>
internal sealed record LocalWorkload(WorkloadInstance Instance, DateTimeOffset ConnectedAt);
