namespace Mesh.ControlPlane.Api.Registries;

/// <summary>Where the workloads of this control plane are; empty where there is but one cluster.</summary>
internal sealed record ServerPlace(string Cluster, string Network);
