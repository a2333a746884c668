using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>A route of raw connections joined with the clusters that it names.</summary>
internal sealed class OutboundConnectionRoute(TcpRoute route, Func<string, OutboundCluster?> findCluster)
{
    private readonly OutboundCluster?[] _clusters = [.. route.Clusters.Select(cluster => findCluster(cluster.Name))];
    private readonly WeightedSplit _split = new([.. route.Clusters.Select(cluster => cluster.Weight)]);

    public TcpRoute Route => route;

    /// <summary>Null when the chosen cluster is not in the configuration.</summary>
    public OutboundCluster? ChooseCluster(Random random) => _clusters[_split.Choose(random)];
}
