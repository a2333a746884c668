using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Api.Graphs;

/// <summary>What went over all edges in the last minute.</summary>
/// <param name="graph">What clients reported; null when they are not asked to.</param>
internal sealed class EdgeTraffics(GraphHistory? graph)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public MeasuredTraffic? Read()
    {
        if (graph is null)
        {
            return null;
        }

        var window = graph.Settle(Window, at: null);
        return new MeasuredTraffic(graph.Read(window, GraphLevel.Workload, static _ => true), window);
    }
}
