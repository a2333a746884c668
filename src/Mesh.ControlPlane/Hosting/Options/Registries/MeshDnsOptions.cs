namespace Mesh.ControlPlane;

/// <summary>A service whose endpoints are the records of a DNS name.</summary>
public sealed class MeshDnsOptions : MeshRegistryOptions
{
    /// <summary>The name that is resolved: A and AAAA records, or SRV records where it begins with <c>_</c>, such as <c>_http._tcp.reviews.example.com</c>. Required.</summary>
    public string Name { get; set; } = "";

    /// <summary>The host that callers write. Default: none, <see cref="Name"/> without the labels that begin with <c>_</c>.</summary>
    public string Host { get; set; } = "";

    /// <summary>The namespace of the service in the mesh. Default: <c>default</c>.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>The port that callers write, and, without SRV, where the endpoints listen. Default: 80. Range: 1 to 65535.</summary>
    public int Port { get; set; } = 80;

    /// <summary>What is spoken there, as in the port of a ServiceEntry. Default: <c>http</c>.</summary>
    public string Protocol { get; set; } = "http";

    /// <summary>How often it is resolved; SRV records that live shorter are read again sooner, at most every second. Default: 30 s. Range: 1 s to 1 h.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>DNS servers for SRV records, as <c>address</c> or <c>address:port</c>. Default: none, those of the machine.</summary>
    public IList<string> Servers { get; } = [];
}
