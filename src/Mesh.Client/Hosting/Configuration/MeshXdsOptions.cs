namespace Mesh.Client;

/// <summary>Settings of the connection to the control plane (<c>Mesh:Xds</c>).</summary>
public sealed class MeshXdsOptions
{
    /// <summary>The form of the protocol. Default: incremental.</summary>
    public XdsProtocol Protocol { get; set; } = XdsProtocol.Delta;

    /// <summary>The largest response in bytes, 64 KiB to 1 GiB; a larger one is passed over and refused (NACK) with an error that names the limit: what is held stays, the other types of resources are not affected. Default: 16 MiB.</summary>
    public int MaxMessageSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long the connection may be silent before it is pinged, one second to an hour: what finds a control plane that is gone without a word. Default: 30 s; istiod refuses less than 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection counts as lost, one second to an hour. Default: 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
