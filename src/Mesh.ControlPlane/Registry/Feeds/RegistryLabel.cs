namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>What a registry is called, and where what it lists runs.</summary>
/// <param name="Name">Unique in a control plane, such as <c>consul/dc1</c>.</param>
/// <param name="Cluster">Of its endpoints, unless they say otherwise; empty for the control plane's own.</param>
/// <param name="Network">Of its endpoints, unless they say otherwise; empty when everybody reaches them.</param>
/// <param name="Locality">Of its endpoints, as <c>region/zone/subzone</c>, unless they say otherwise.</param>
internal sealed record RegistryLabel(string Name, string Cluster = "", string Network = "", string Locality = "")
{
    /// <summary>Whether it is another control plane: what comes from there is not handed on.</summary>
    public bool IsPeer { get; init; }
}
