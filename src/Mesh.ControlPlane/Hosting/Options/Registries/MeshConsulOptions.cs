namespace Mesh.ControlPlane;

/// <summary>A Consul agent whose catalog is followed.</summary>
public sealed class MeshConsulOptions : MeshRegistryOptions
{
    /// <summary>Base of its HTTP API. Default: <c>http://127.0.0.1:8500</c>. An absolute http or https URI.</summary>
    public string Address { get; set; } = "http://127.0.0.1:8500";

    /// <summary>The ACL token, which needs <c>service:read</c> and <c>node:read</c>. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the ACL token, read anew for every request. Default: none. Not together with <see cref="Token"/>.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Roots of the agent's certificate in PEM. Default: none, those of the machine.</summary>
    public string? RootsFile { get; set; }

    /// <summary>Which datacenter. Default: none, the agent's own.</summary>
    public string Datacenter { get; set; } = "";

    /// <summary>Only instances that carry this tag. Default: none, all.</summary>
    public string Tag { get; set; } = "";

    /// <summary>The namespace that its services have in the mesh. Default: <c>default</c>.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>What follows the name of a service in its host. Default: <c>service.consul</c>, Consul's own names; <c>default.svc.cluster.local</c> puts its instances behind the services of the mesh.</summary>
    public string HostSuffix { get; set; } = "service.consul";

    /// <summary>How long a blocking query waits for news. Default: 5 min. Range: 1 s to 10 min.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Connections at most; each service has a query that waits, and more services than this take turns. Default: 100. Range: 1 to 10,000. Consul itself allows 200 an address.</summary>
    public int MaxConnections { get; set; } = 100;
}
