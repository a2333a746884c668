namespace Mesh.Client.LoadBalancing;

/// <summary>An endpoint, its share of the requests relative to the others of its picker, and the text that consistent hashing places it by.</summary>
internal readonly record struct WeightedEndpoint(BalancedEndpoint Endpoint, double Weight, string HashKey = "")
{
    /// <summary>Whether no endpoint is to get more than another.</summary>
    public static bool AreEqual(WeightedEndpoint[] endpoints) =>
        Array.TrueForAll(endpoints, endpoint => endpoint.Weight.Equals(endpoints[0].Weight));

    /// <summary>The same with weights that add up to one.</summary>
    public static WeightedEndpoint[] Normalize(WeightedEndpoint[] endpoints)
    {
        var sum = endpoints.Sum(endpoint => endpoint.Weight);
        return Array.ConvertAll(endpoints, endpoint => endpoint with { Weight = endpoint.Weight / sum });
    }
}
