namespace Mesh.Client.Model;

/// <summary>A group of endpoints that serve the same thing, and the policy for calling them (CDS and EDS joined).</summary>
internal sealed record Cluster
{
    /// <summary>The xDS name: <c>outbound|port|subset|host</c>.</summary>
    public required string Name { get; init; }

    public required LoadBalancingPolicy LoadBalancing { get; init; }

    /// <summary>Limit for opening a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public required EndpointSet Endpoints { get; init; }

    /// <summary>Why it has no usable endpoints, or why an older configuration of it is still in force; for people.</summary>
    public string? Reason { get; init; }
}
