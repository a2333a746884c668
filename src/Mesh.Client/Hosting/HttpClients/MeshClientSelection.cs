namespace Mesh.Client.Hosting.HttpClients;

/// <summary>Whether one named HTTP client is in the mesh.</summary>
internal sealed class MeshClientSelection
{
    /// <summary>Null follows <see cref="MeshHttpOptions.AutoAttach"/>.</summary>
    public bool? IsInMesh { get; set; }
}
