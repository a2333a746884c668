using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>A process that registered itself by connecting.</summary>
internal sealed record WorkloadInstance
{
    /// <summary>The xDS node id; a process has one for its life.</summary>
    public required string NodeId { get; init; }

    public required string Namespace { get; init; }

    public required string WorkloadName { get; init; }

    /// <summary>What it is one process of, such as <c>reviews-v1</c>: the same for all of them, and after every restart. Empty for the workload's name.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The service it says it is part of; a service of that name is made when no resource defines one.</summary>
    public required string ServiceName { get; init; }

    public string ServiceAccount { get; init; } = "default";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where callers reach it.</summary>
    public required string Address { get; init; }

    /// <summary>IP addresses at which callers reach it besides, such as that of the other family.</summary>
    public ImmutableArray<string> AdditionalAddresses { get; init; } = [];

    /// <summary>Real listening ports by name.</summary>
    public required ImmutableSortedDictionary<string, int> Ports { get; init; }

    /// <summary>Port numbers that callers write, by port name; used when no resource defines the service.</summary>
    public ImmutableSortedDictionary<string, int> ServicePorts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    public string Locality { get; init; } = "";

    /// <summary>Of the process, as it says; empty for that of its control plane.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>From where it is reached without a gateway; empty for that of its control plane.</summary>
    public string Network { get; init; } = "";

    /// <summary>What the probe of its group found, as whoever runs it reports; null when nobody has.</summary>
    public bool? IsHealthy { get; init; }

    /// <summary>The WorkloadGroup of its namespace that it registers with; empty for none.</summary>
    public string Group { get; init; } = "";

    public EndpointState State { get; init; } = EndpointState.Ready;

    /// <summary>Namespace and service account are proved by a credential, not only said.</summary>
    public bool IsAuthenticated { get; init; }
}
