using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Reads what a process registers, and refuses what no caller could dial.</summary>
internal static class WorkloadReader
{
    public static WorkloadInstance Read(
        string nodeId,
        string ns,
        ImmutableSortedDictionary<string, string> labels,
        string locality,
        MetadataReader metadata)
    {
        var workload = metadata.Struct(NodeMetadataKeys.MeshWorkload);
        var service = workload.Text(NodeMetadataKeys.WorkloadKeys.Service);
        if (!DnsName.IsLabel(service))
        {
            throw MetadataReader.Invalid(
                workload.PathOf(NodeMetadataKeys.WorkloadKeys.Service),
                "the short name of a service: lower-case letters, digits and '-', at most 63 characters",
                $"'{service}'");
        }

        var address = WorkloadAddresses.Read(workload);
        return new WorkloadInstance
        {
            NodeId = nodeId,
            Namespace = ns,
            WorkloadName = metadata.Text(NodeMetadataKeys.WorkloadName, service),
            Owner = OwnerOf(metadata.Text(NodeMetadataKeys.Owner)),
            ServiceName = service,
            ServiceAccount = metadata.Text(NodeMetadataKeys.ServiceAccount, "default"),
            Labels = labels,
            Address = address,
            AdditionalAddresses = WorkloadAddresses.ReadAdditional(workload, address),
            Ports = ReadPorts(workload),
            ServicePorts = workload.Ports(NodeMetadataKeys.WorkloadKeys.ServicePorts),
            Locality = locality,
            State = ReadState(workload),
        };
    }

    // Istio's form kubernetes://apis/apps/v1/namespaces/NAMESPACE/deployments/NAME.
    private static string OwnerOf(string text) => text[(text.LastIndexOf('/') + 1)..];

    /// <summary>A process that says nothing but its WorkloadGroup, as istiod's agents do: ports and all else come from there.</summary>
    public static WorkloadInstance ReadMember(
        string nodeId, string ns, ImmutableSortedDictionary<string, string> labels, string locality, MetadataReader metadata)
    {
        var group = metadata.Text(NodeMetadataKeys.AutoRegisterGroup);
        if (!DnsName.IsName(group))
        {
            throw MetadataReader.Invalid(metadata.PathOf(NodeMetadataKeys.AutoRegisterGroup), "the name of a WorkloadGroup of the same namespace", $"'{group}'");
        }

        var (address, others) = WorkloadAddresses.ReadOfInstance(metadata);
        return new WorkloadInstance
        {
            NodeId = nodeId,
            Namespace = ns,
            WorkloadName = metadata.Text(NodeMetadataKeys.WorkloadName, group),
            ServiceName = "",
            ServiceAccount = metadata.Text(NodeMetadataKeys.ServiceAccount, "default"),
            Labels = labels,
            Address = address,
            AdditionalAddresses = others,
            Ports = ImmutableSortedDictionary<string, int>.Empty,
            Locality = locality,
        };
    }

    private static ImmutableSortedDictionary<string, int> ReadPorts(MetadataReader workload)
    {
        var ports = workload.Ports(NodeMetadataKeys.WorkloadKeys.Ports);
        var path = workload.PathOf(NodeMetadataKeys.WorkloadKeys.Ports);
        if (ports.IsEmpty)
        {
            throw MetadataReader.Invalid(path, "at least one listening port by name", "none");
        }

        return ports.Keys.FirstOrDefault(name => !DnsName.IsLabel(name)) is { } wrong
            ? throw MetadataReader.Invalid(path, "port names of lower-case letters, digits and '-'", $"'{wrong}'")
            : ports;
    }

    private static EndpointState ReadState(MetadataReader workload) => workload.Text(NodeMetadataKeys.WorkloadKeys.State, "ready") switch
    {
        "ready" => EndpointState.Ready,
        "not-ready" => EndpointState.NotReady,
        "draining" => EndpointState.Draining,
        var other => throw MetadataReader.Invalid(workload.PathOf(NodeMetadataKeys.WorkloadKeys.State), "ready, not-ready or draining", $"'{other}'"),
    };
}
