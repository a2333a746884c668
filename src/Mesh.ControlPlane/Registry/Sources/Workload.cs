using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>What selectors see of a registered process and of a WorkloadEntry alike.</summary>
internal sealed record Workload
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>What it is one process of; empty for its own name.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The service it registered for; empty for a WorkloadEntry.</summary>
    public string ServiceName { get; init; } = "";

    public required string ServiceAccount { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required string Address { get; init; }

    /// <summary>Of a process: where it is reached besides. A WorkloadEntry has one address.</summary>
    public ImmutableArray<string> AdditionalAddresses { get; init; } = [];

    public required ImmutableSortedDictionary<string, int> Ports { get; init; }

    /// <summary>Of a process: the numbers that it says for its ports, by their names.</summary>
    public ImmutableSortedDictionary<string, int> ServicePorts { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    public required string Locality { get; init; }

    public uint Weight { get; init; } = 1;

    public EndpointState State { get; init; }

    public string Cluster { get; init; } = "";

    public string Network { get; init; } = "";

    /// <summary>A process lists every port it has; a WorkloadEntry only those that differ from the service's.</summary>
    public required bool HasAllPorts { get; init; }

    public static Workload Of(WorkloadInstance instance) => new()
    {
        Namespace = instance.Namespace,
        Name = instance.WorkloadName,
        Owner = instance.Owner,
        ServiceName = instance.ServiceName,
        ServiceAccount = instance.ServiceAccount,
        Labels = instance.Labels,
        Address = instance.Address,
        AdditionalAddresses = instance.AdditionalAddresses,
        Ports = instance.Ports,
        ServicePorts = instance.ServicePorts,
        Locality = instance.Locality,
        State = instance.State,
        Cluster = instance.Cluster,
        Network = instance.Network,
        HasAllPorts = true,
    };

    public static Workload Of(ResourceId id, ImmutableSortedDictionary<string, string> resourceLabels, WorkloadEntry entry) => new()
    {
        Namespace = id.Namespace,
        Name = id.Name,
        ServiceAccount = entry.ServiceAccount.Length > 0 ? entry.ServiceAccount : "default",
        Labels = resourceLabels.SetItems(entry.Labels),
        Address = entry.Address,
        Ports = entry.Ports.ToImmutableSortedDictionary(port => port.Key, port => (int)port.Value, StringComparer.Ordinal),
        Locality = entry.Locality,
        Weight = Math.Max(1, entry.Weight),
        Network = entry.Network,
        HasAllPorts = false,
    };

    /// <summary>A connected process with what the WorkloadEntry made for it says: the process knows its ports and state, the entry what its group gives it.</summary>
    public Workload RegisteredAs(Workload entry) => this with
    {
        Name = entry.Name,
        Labels = entry.Labels,
        ServiceAccount = entry.ServiceAccount,
        Locality = Locality.Length > 0 ? Locality : entry.Locality,
        Network = Network.Length > 0 ? Network : entry.Network,
        Weight = entry.Weight,
        State = State == EndpointState.Ready ? entry.State : State,
        Ports = Ports.IsEmpty ? entry.Ports : Ports,
        HasAllPorts = !Ports.IsEmpty,
    };

    /// <summary>Whether it carries every label of a selector; an empty selector selects nothing.</summary>
    public bool IsSelectedBy(IDictionary<string, string> selector) =>
        selector.Count > 0 && selector.All(label => Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    public ServiceEndpoint ToEndpoint(int port, string servicePortName) => new()
    {
        Address = Address,
        AdditionalAddresses = AdditionalAddresses,
        Port = port,
        ServicePortName = servicePortName,
        Labels = Labels,
        Namespace = Namespace,
        WorkloadName = Name,
        Owner = Owner,
        ServiceAccount = ServiceAccount,
        Locality = Locality,
        Weight = Weight,
        State = State,
        Cluster = Cluster,
        Network = Network,
    };
}
