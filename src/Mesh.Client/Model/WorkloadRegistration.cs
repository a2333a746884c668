using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>What this process tells the control plane about itself, so that others can call it.</summary>
/// <param name="Service">Short name of the service it is part of.</param>
/// <param name="Address">Where callers reach it: an IP address or a host name.</param>
/// <param name="Ports">Real listening ports by name.</param>
/// <param name="ServicePorts">Port numbers that callers write, by name; for services that no resource defines.</param>
/// <param name="State">Whether it takes requests now.</param>
internal sealed record WorkloadRegistration(
    string Service,
    string Address,
    ImmutableSortedDictionary<string, int> Ports,
    ImmutableSortedDictionary<string, int> ServicePorts,
    WorkloadState State)
{
    /// <summary>IP addresses at which callers reach it besides.</summary>
    public ImmutableArray<string> AdditionalAddresses { get; init; } = [];

    /// <summary>Whether it can be called with the mesh's own mutual TLS.</summary>
    public bool TakesMutualTls { get; init; }

    /// <summary>Those of <see cref="Ports"/> that a gateway opened: their policy comes with their listener.</summary>
    public ImmutableArray<int> GatewayPorts { get; init; } = [];
}
