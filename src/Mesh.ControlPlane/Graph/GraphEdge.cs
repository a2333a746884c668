namespace Mesh.ControlPlane.Graph;

/// <summary>Who calls whom.</summary>
internal sealed record GraphEdge(GraphNode Source, GraphNode Destination)
{
    public GraphEdge At(GraphLevel level) => level == GraphLevel.Workload ? this : new GraphEdge(Source.At(level), Destination.At(level));
}
