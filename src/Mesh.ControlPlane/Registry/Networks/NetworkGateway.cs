namespace Mesh.ControlPlane.Registry.Networks;

/// <summary>Where a network is entered by those that do not reach its endpoints.</summary>
/// <param name="Network">Behind it.</param>
/// <param name="Cluster">Whose endpoints it leads to; empty for all of the network.</param>
/// <param name="Address">IP address or host name.</param>
/// <param name="Port">Where it takes the mesh's TLS and goes on by its SNI (Istio's AUTO_PASSTHROUGH).</param>
internal sealed record NetworkGateway(string Network, string Cluster, string Address, int Port)
{
    /// <summary>Istio's port of gateways between networks.</summary>
    public const int DefaultPort = 15443;

    /// <summary>Istio's label of a Service that is such a gateway, and of workloads of a network.</summary>
    public const string NetworkLabel = "topology.istio.io/network";

    /// <summary>Istio's label for another port.</summary>
    public const string PortLabel = "networking.istio.io/gatewayPort";
}
