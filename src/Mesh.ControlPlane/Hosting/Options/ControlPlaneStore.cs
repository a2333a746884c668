namespace Mesh.ControlPlane;

/// <summary>Where a control plane keeps its configuration.</summary>
public enum ControlPlaneStore
{
    /// <summary>In <see cref="MeshControlPlaneOptions.ConfigFolder"/>, or in memory without one: one control plane.</summary>
    Local,

    /// <summary>In PostgreSQL, with the certificate authority and the tokens: any number of control planes (<see cref="MeshControlPlaneOptions.Postgres"/>).</summary>
    Postgres,
}
