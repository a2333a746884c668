namespace Mesh.Client;

/// <summary>Settings of HTTP clients (<c>Mesh:Http</c>).</summary>
public sealed class MeshHttpOptions
{
    /// <summary>Whether every <c>IHttpClientFactory</c> client is in the mesh unless it opts out; otherwise only those that opt in. Default: true.</summary>
    public bool AutoAttach { get; set; } = true;
}
