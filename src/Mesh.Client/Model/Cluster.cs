namespace Mesh.Client.Model;

/// <summary>A group of endpoints that serve the same thing, and the policy for calling them (CDS and EDS joined).</summary>
internal sealed record Cluster
{
    /// <summary>The xDS name: <c>outbound|port|subset|host</c>.</summary>
    public required string Name { get; init; }

    public ClusterPolicy Policy { get; init; } = ClusterPolicy.Default;

    public required EndpointSet Endpoints { get; init; }

    /// <summary>For telemetry; null when the control plane does not say.</summary>
    public ServiceReference? Service { get; init; }

    /// <summary>The control plane has none of this name: routes may say how that is answered (Envoy's <c>cluster_not_found_response_code</c>).</summary>
    public bool IsMissing { get; init; }

    /// <summary>Why it has no usable endpoints, or why an older configuration of it is still in force; for people.</summary>
    public string? Reason { get; init; }
}
