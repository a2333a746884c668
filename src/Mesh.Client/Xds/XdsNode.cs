using System.Text.Json.Nodes;
using Mesh.Client.Model;

namespace Mesh.Client.Xds;

/// <summary>How this process introduces itself to a control plane.</summary>
/// <param name="Id">Unique among the clients; istiod expects <c>sidecar~ip~pod.namespace~domain</c>.</param>
internal sealed record XdsNode(string Id)
{
    public string Cluster { get; init; } = "";

    public Locality Locality { get; init; } = Locality.None;

    /// <summary>Keys are in <see cref="Mesh.Protocol.Xds.NodeMetadataKeys"/>; not to be changed after it was handed over.</summary>
    public JsonObject Metadata { get; init; } = [];
}
