namespace Mesh.ControlPlane.Graph;

/// <summary>One end of an edge: a process, or what several of them have in common.</summary>
/// <param name="Namespace">Of the workload, or of the service when no workload is known.</param>
/// <param name="Service">Its short name; the host for what is outside of the mesh.</param>
/// <param name="Version">By its labels; empty when they say none, or when nobody knows which workload took the requests.</param>
/// <param name="Workload">The process; empty when unknown.</param>
internal sealed record GraphNode(string Namespace, string Service, string Version, string Workload)
{
    /// <summary>The node that stands for this one when the graph shows no more than <paramref name="level"/>.</summary>
    public GraphNode At(GraphLevel level) => level switch
    {
        GraphLevel.Service => this with { Version = "", Workload = "" },
        GraphLevel.Version => this with { Workload = "" },
        _ => this,
    };

    public override string ToString() => string.Join('/', Namespace, Service, Version, Workload).TrimEnd('/');
}
