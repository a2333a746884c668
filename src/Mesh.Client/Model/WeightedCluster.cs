namespace Mesh.Client.Model;

/// <summary>A cluster and its share of a route's requests.</summary>
internal sealed record WeightedCluster(string Name, uint Weight);
