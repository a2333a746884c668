using System.Text.Json.Nodes;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.ClientStates;
using Mesh.ControlPlane.Serving.Loads;

namespace Mesh.ControlPlane.Api.Graphs;

/// <summary>The traffic of one time, by client and service.</summary>
internal sealed class MeasuredTraffic(IReadOnlyDictionary<GraphEdge, EdgeTraffic> edges, GraphWindow window)
{
    private readonly ILookup<(GraphNode Source, string Namespace, string Service), KeyValuePair<GraphEdge, EdgeTraffic>> _edges =
        edges.ToLookup(pair => (pair.Key.Source, pair.Key.Destination.Namespace, pair.Key.Destination.Service));

    /// <summary>What a client sent to a service, and to those of its workloads that a subset selects by its name; null when it sent nothing.</summary>
    public JsonObject? Of(ConnectedClient client, Service? service, string subset)
    {
        if (service is null)
        {
            return null;
        }

        var sum = new EdgeTraffic();
        foreach (var (edge, part) in _edges[(WorkloadNames.Of(client.Node, ClientStatusReader.NodeOf(client)), service.Namespace, service.Name)])
        {
            if (subset.Length == 0 || edge.Destination.Version == subset)
            {
                sum.Add(part);
            }
        }

        return sum.Requests == 0 ? null : GraphDescription.Traffic(sum, window);
    }
}
