namespace Mesh.Client;

/// <summary>Settings of the connection to the control plane (<c>Mesh:Xds</c>).</summary>
public sealed class MeshXdsOptions
{
    /// <summary>The form of the protocol. Default: incremental.</summary>
    public XdsProtocol Protocol { get; set; } = XdsProtocol.Delta;
}
