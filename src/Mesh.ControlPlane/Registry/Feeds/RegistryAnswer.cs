using System.Collections.Immutable;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>All that a registry lists, at one moment.</summary>
/// <param name="Services">The preferred first, where several share a host.</param>
internal sealed record RegistryAnswer(ImmutableArray<ServiceDraft> Services)
{
    public static RegistryAnswer Empty { get; } = new([]);

    /// <summary>What selectors of resources may choose from, besides what is connected: the pods of a Kubernetes cluster.</summary>
    public ImmutableArray<Workload> Workloads { get; init; } = [];

    /// <summary>Ways into networks, as the registry knows them.</summary>
    public ImmutableArray<NetworkGateway> Gateways { get; init; } = [];
}
