using Mesh.Client.Model;

namespace Mesh.Client.Metrics;

/// <summary>Who called whom, as one side tells it.</summary>
/// <param name="Reporter"><see cref="TrafficLabels.Source"/> or <see cref="TrafficLabels.Destination"/>.</param>
/// <param name="Source">Null when it is not known.</param>
/// <param name="Destination">Null when it is not known.</param>
/// <param name="Service">That was called; null when it is not known.</param>
/// <param name="PassedBy">Istio's cluster for what is not in the mesh; null for what is.</param>
internal sealed record TrafficParties(string Reporter, WorkloadReference? Source, WorkloadReference? Destination, ServiceReference? Service, string? PassedBy = null);
