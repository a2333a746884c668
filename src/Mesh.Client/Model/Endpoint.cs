namespace Mesh.Client.Model;

/// <summary>One address that serves a cluster.</summary>
internal sealed record Endpoint(EndpointAddress Address, uint Weight, EndpointHealth Health)
{
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
}
