using System.Collections.Immutable;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Turns the node of a request into a <see cref="ClientNode"/>; a malformed node ends the stream and says what is wrong.</summary>
internal sealed class ClientNodeReader(NodeDefaults defaults)
{
    private const int MaxIdLength = 512;
    private const int ProxyIdParts = 4;

    /// <summary>istiod's type of gateways.</summary>
    private const string GatewayType = "router~";

    /// <param name="node">As it came.</param>
    /// <param name="namespace">Where a node belongs that does not say so; null for the configured default.</param>
    public ClientNode Read(Node? node, string? @namespace = null)
    {
        if (node is null)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "The first request of a stream must carry node; it had none.");
        }

        if (node.Id.Length is 0 or > MaxIdLength)
        {
            throw MetadataReader.Invalid("node.id", $"1 to {MaxIdLength} characters", $"{node.Id.Length}");
        }

        var metadata = new MetadataReader("node.metadata", node.Metadata);
        var idDomain = DnsDomainOf(node.Id);
        var ns = metadata.Text(NodeMetadataKeys.Namespace, idDomain?.Split('.')[0] ?? @namespace ?? defaults.Namespace);
        if (!DnsName.IsLabel(ns))
        {
            throw MetadataReader.Invalid(metadata.PathOf(NodeMetadataKeys.Namespace), "a namespace: lower-case letters, digits and '-', at most 63 characters", $"'{ns}'");
        }

        var labels = metadata.Texts(NodeMetadataKeys.Labels);
        var locality = LocalityOf(node.Locality);
        var network = metadata.Text(NodeMetadataKeys.Network, labels.GetValueOrDefault(NetworkGateway.NetworkLabel, ""));
        var cluster = metadata.Text(NodeMetadataKeys.ClusterId, defaults.Cluster);
        var view = new ClientView(
            metadata.Has(NodeMetadataKeys.MeshClient) ? ClientKind.MeshClient : ClientKind.ProxylessGrpc,
            ns,
            idDomain ?? $"{ns}.svc.{defaults.ClusterDomain}",
            string.Join(',', TopologyLabel.AddTo(labels, cluster, network.Length > 0 ? network : defaults.Network).Select(label => $"{label.Key}={label.Value}")),
            locality)
        {
            Network = network.Length > 0 ? network : defaults.Network,
            Cluster = cluster,
            Group = metadata.Text(NodeMetadataKeys.AutoRegisterGroup),
            IsGateway = idDomain is not null && node.Id.StartsWith(GatewayType, StringComparison.Ordinal),
        };
        var workload = metadata.Has(NodeMetadataKeys.MeshWorkload) ? WorkloadReader.Read(node.Id, ns, labels, locality, metadata)
            : metadata.Has(NodeMetadataKeys.AutoRegisterGroup) ? WorkloadReader.ReadMember(node.Id, ns, labels, locality, metadata)
            : null;
        if (workload is not null)
        {
            workload = workload with { Network = network, Cluster = metadata.Text(NodeMetadataKeys.ClusterId), Group = metadata.Text(NodeMetadataKeys.AutoRegisterGroup) };
        }

        return new ClientNode(node.Id, view, $"{node.UserAgentName} {node.UserAgentVersion}".Trim(), workload)
        {
            Message = node,
            Cluster = node.Cluster.Length <= MaxIdLength ? node.Cluster : node.Cluster[..MaxIdLength],
            ClaimedServiceAccount = metadata.Has(NodeMetadataKeys.ServiceAccount) ? metadata.Text(NodeMetadataKeys.ServiceAccount) : null,
        };
    }

    /// <summary>Istio's form <c>type~ip~name.namespace~dns.domain</c>; null for any other id, which is taken as it is.</summary>
    private static string? DnsDomainOf(string id)
    {
        var parts = id.Split('~');
        return parts.Length == ProxyIdParts && parts[^1].Length > 0 ? parts[^1] : null;
    }

    private static string LocalityOf(Locality? locality)
    {
        ImmutableArray<string> parts = locality is null ? [] : [locality.Region, locality.Zone, locality.SubZone];
        return string.Join('/', parts).TrimEnd('/');
    }
}
