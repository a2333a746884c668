namespace Mesh.ControlPlane.Registry.Exchange;

/// <summary>An endpoint as control planes tell each other of it.</summary>
internal sealed record SharedEndpoint
{
    public required string Address { get; init; }

    /// <summary>Null where there are none.</summary>
    public IReadOnlyList<string>? AdditionalAddresses { get; init; }

    public required int Port { get; init; }

    public required string PortName { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string Namespace { get; init; } = "";

    public string Workload { get; init; } = "";

    public string Owner { get; init; } = "";

    public string ServiceAccount { get; init; } = "";

    public string Locality { get; init; } = "";

    public uint Weight { get; init; } = 1;

    public EndpointState State { get; init; }

    public string Cluster { get; init; } = "";

    public string Network { get; init; } = "";
}
