using Mesh.ControlPlane.Registries.Http;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>What is asked of a Consul agent, and how what it lists is named here.</summary>
internal sealed record ConsulSettings(RegistryEndpoint Endpoint)
{
    /// <summary>Empty for the agent's own.</summary>
    public string Datacenter { get; init; } = "";

    /// <summary>The namespace of the services in this mesh.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>After the name of a service: <c>reviews.service.consul</c>.</summary>
    public string HostSuffix { get; init; } = "service.consul";

    /// <summary>Only services that carry the tag; empty for all.</summary>
    public string Tag { get; init; } = "";

    /// <summary>How long a question may wait for news.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Questions at once: every service has one that waits. Consul's own limit for an address is 200 (http_max_conns_per_client).</summary>
    public int MaxConnections { get; init; } = 100;

    public int MaxServices { get; init; } = 10_000;
}
