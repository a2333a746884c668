namespace Mesh.ControlPlane;

/// <summary>Where a control plane keeps its configuration.</summary>
public enum ControlPlaneStore
{
    /// <summary>In memory: what the API is given ends with the process.</summary>
    Memory,

    /// <summary>In the files of <see cref="MeshControlPlaneOptions.ConfigFolder"/>, which people and Git write as well: one control plane.</summary>
    Folder,

    /// <summary>In PostgreSQL, with the certificate authority and the tokens: any number of control planes (<see cref="MeshControlPlaneOptions.Postgres"/>).</summary>
    Postgres,

    /// <summary>In a Kubernetes API server (<see cref="MeshControlPlaneOptions.Kubernetes"/>), whose Services, EndpointSlices, Pods and Nodes are a registry too.</summary>
    Kubernetes,
}
