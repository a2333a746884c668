namespace Mesh.Client.LoadBalancing;

/// <summary>An endpoint and its share of the requests, relative to the others of its picker.</summary>
internal readonly record struct WeightedEndpoint(BalancedEndpoint Endpoint, double Weight);
