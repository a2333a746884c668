namespace Mesh.ControlPlane;

/// <summary>The control plane of another cluster, whose services are shared. What it has of others is not handed on: every two of several need each other's address.</summary>
public sealed class MeshPeerOptions : MeshRegistryOptions
{
    /// <summary>Base of its HTTP API, such as <c>https://mesh.east.example:15014</c>. Required. An absolute http or https URI.</summary>
    public string Address { get; set; } = "";

    /// <summary>A token of its API with the role viewer for the whole mesh. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the token, read anew for every request. Default: none. Not together with <see cref="Token"/>.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Roots of its certificate in PEM. Default: none, those of the machine.</summary>
    public string? RootsFile { get; set; }
}
