namespace Mesh.ControlPlane;

/// <summary>Where the endpoints of a registry are, unless they say otherwise.</summary>
public abstract class MeshRegistryOptions
{
    /// <summary>The cluster of its endpoints, as in Istio's <c>topology.istio.io/cluster</c>. Default: none, that of the control plane.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>The network of its endpoints: clients of another one reach them through its gateway. Default: none, everybody reaches them.</summary>
    public string Network { get; set; } = "";

    /// <summary>The locality of its endpoints, as <c>region/zone/subzone</c>. Default: none.</summary>
    public string Locality { get; set; } = "";
}
