using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry.Networks;

/// <summary>The labels that Istio gives every workload for its place, so that subsets and failover can choose by it.</summary>
internal static class TopologyLabel
{
    public const string Cluster = "topology.istio.io/cluster";

    /// <summary>What a workload says itself wins.</summary>
    public static ImmutableSortedDictionary<string, string> AddTo(ImmutableSortedDictionary<string, string> labels, string cluster, string network)
    {
        labels = cluster.Length > 0 && !labels.ContainsKey(Cluster) ? labels.SetItem(Cluster, cluster) : labels;
        return network.Length > 0 && !labels.ContainsKey(NetworkGateway.NetworkLabel) ? labels.SetItem(NetworkGateway.NetworkLabel, network) : labels;
    }
}
