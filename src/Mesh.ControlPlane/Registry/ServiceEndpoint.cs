using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>One process behind one port of a service, by its first address.</summary>
internal sealed record ServiceEndpoint
{
    public required string Address { get; init; }

    /// <summary>IP addresses at which the same process is reached besides, such as that of the other family; at the same port.</summary>
    public ImmutableArray<string> AdditionalAddresses { get; init; } = [];

    public required int Port { get; init; }

    /// <summary>The name of the <see cref="ServicePort"/> it serves.</summary>
    public required string ServicePortName { get; init; }

    /// <summary>Subsets select by these.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string Namespace { get; init; } = "";

    public string WorkloadName { get; init; } = "";

    /// <summary>What the workload is one process of; empty for its own name.</summary>
    public string Owner { get; init; } = "";

    public string ServiceAccount { get; init; } = "";

    /// <summary><c>region/zone/subzone</c>; empty when unknown.</summary>
    public string Locality { get; init; } = "";

    /// <summary>Share of requests among its peers; at least 1.</summary>
    public uint Weight { get; init; } = 1;

    public EndpointState State { get; init; } = EndpointState.Ready;

    /// <summary>Where it was registered; empty where there is but one cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>From where it is reached without a gateway; empty means from everywhere.</summary>
    public string Network { get; init; } = "";

    /// <summary>It stands for the endpoints behind the gateway of their network.</summary>
    public bool IsGateway { get; init; }

    /// <summary>Whether it is in a cluster for its lane alone, whose subset does not select it.</summary>
    public bool IsGuest { get; init; }

    /// <summary>All of them, the first first.</summary>
    public IEnumerable<string> AllAddresses => AdditionalAddresses.Prepend(Address);
}
