using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>A route joined with the clusters that it names.</summary>
internal sealed class OutboundRoute
{
    private readonly OutboundCluster?[] _clusters = [];
    private readonly WeightedSplit? _split;

    public OutboundRoute(Route route, Func<string, OutboundCluster?> findCluster)
    {
        Route = route;
        if (route.Action is ForwardAction forward)
        {
            Timeout = forward.Timeout;
            _clusters = [.. forward.Clusters.Select(cluster => findCluster(cluster.Name))];
            _split = new WeightedSplit([.. forward.Clusters.Select(cluster => cluster.Weight)]);
        }
    }

    public Route Route { get; }

    /// <summary>Limit for the whole call; null means none.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Null when the chosen cluster is not in the configuration.</summary>
    public OutboundCluster? ChooseCluster(Random random) => _split is null ? null : _clusters[_split.Choose(random)];
}
