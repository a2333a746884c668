namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Fills in what a node does not say.</summary>
internal sealed record NodeDefaults(string Namespace, string ClusterDomain)
{
    public static NodeDefaults Istio { get; } = new("default", "cluster.local");
}
