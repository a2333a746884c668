using System.Collections.Immutable;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Names who reports, as the same process is named where it is called.</summary>
internal static class WorkloadNames
{
    // istiod's order (canonical service and revision).
    private static readonly ImmutableArray<string> ServiceLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
    private static readonly ImmutableArray<string> VersionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

    public static string VersionOf(IReadOnlyDictionary<string, string> labels) => First(labels, VersionLabels) ?? "";

    /// <param name="client">As its proof and its node say.</param>
    /// <param name="sent">The node as it came.</param>
    public static GraphNode Of(ClientNode client, Node sent)
    {
        if (client.Workload is { } workload)
        {
            return new GraphNode(workload.Namespace, workload.ServiceName, VersionOf(workload.Labels), workload.WorkloadName);
        }

        var metadata = new MetadataReader("node.metadata", sent.Metadata);
        var labels = metadata.Texts(NodeMetadataKeys.Labels);
        var name = metadata.Text(NodeMetadataKeys.WorkloadName, client.Name);
        var service = First(labels, ServiceLabels) ?? (client.Cluster.Length > 0 ? client.Cluster : name);
        return new GraphNode(client.View.Namespace, service, VersionOf(labels), name);
    }

    private static string? First(IReadOnlyDictionary<string, string> labels, ImmutableArray<string> keys) =>
        keys.Select(key => labels.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
