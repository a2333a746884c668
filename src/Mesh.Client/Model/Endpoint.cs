namespace Mesh.Client.Model;

/// <summary>One process that serves a cluster, by its first address.</summary>
internal sealed record Endpoint(EndpointAddress Address, uint Weight, EndpointHealth Health)
{
    /// <summary>Where else it is reached, in the order in which connections try it: IP addresses of the same process (gRFC A61).</summary>
    public ValueList<EndpointAddress> AdditionalAddresses { get; init; } = ValueList<EndpointAddress>.Empty;

    /// <summary>The name of its host; empty when the control plane does not say.</summary>
    public string HostName { get; init; } = "";

    /// <summary>What consistent hashing places it by instead of its address (metadata <c>envoy.lb</c>, <c>hash_key</c>; gRFC A76); null for the address.</summary>
    public string? HashKey { get; init; }

    /// <summary>The lanes it serves.</summary>
    public LanePlacement Placement { get; init; }

    /// <summary>What its transport can do; clusters choose by it between TLS and plaintext.</summary>
    public ValueList<TransportLabel> TransportLabels { get; init; } = ValueList<TransportLabel>.Empty;

    /// <summary>What the transport of its whole locality can do; asked where its own labels decide nothing.</summary>
    public ValueList<TransportLabel> LocalityLabels { get; init; } = ValueList<TransportLabel>.Empty;

    /// <summary>Whose endpoint it is, for telemetry; null when the control plane does not say.</summary>
    public WorkloadReference? Workload { get; init; }

    /// <summary>Whether this is one of its addresses.</summary>
    public bool IsAt(EndpointAddress address) => Address == address || (AdditionalAddresses.Count > 0 && AdditionalAddresses.Contains(address));
}
