namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Fills in what a node does not say.</summary>
internal sealed record NodeDefaults(string Namespace, string ClusterDomain)
{
    /// <summary>Of the control plane's own workloads.</summary>
    public string Network { get; init; } = "";

    /// <summary>Of the control plane's own workloads.</summary>
    public string Cluster { get; init; } = "";

    public static NodeDefaults Istio { get; } = new("default", "cluster.local");
}
