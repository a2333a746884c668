using Mesh.Client.Model;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>A route joined with the clusters that it names.</summary>
internal sealed class OutboundRoute
{
    private readonly OutboundCluster?[] _clusters = [];
    private readonly WeightedSplit? _split;

    /// <param name="route">The accepted configuration.</param>
    /// <param name="findCluster">Finds clusters by name.</param>
    /// <param name="countsAttempts">Whether requests say which attempt they are.</param>
    public OutboundRoute(Route route, Func<string, OutboundCluster?> findCluster, bool countsAttempts = false)
    {
        Route = route;
        CountsAttempts = countsAttempts;
        if (route.Action is ForwardAction forward)
        {
            Timeout = forward.Timeout;
            Retry = forward.Retry;
            Hedging = forward.Hedging;
            RetryHeaders = forward.Retry is { } retry ? new RetryHeaders(retry) : null;
            _clusters = [.. forward.Clusters.Select(cluster => findCluster(cluster.Name))];
            _split = new WeightedSplit([.. forward.Clusters.Select(cluster => cluster.Weight)]);
        }
    }

    public Route Route { get; }

    /// <summary>Limit for the whole call; null means none.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Null when failed attempts are not repeated.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>Null when there is one attempt at a time.</summary>
    public HedgingPolicy? Hedging { get; }

    /// <summary>Whether requests say in <c>x-envoy-attempt-count</c> which attempt they are.</summary>
    public bool CountsAttempts { get; }

    /// <summary>The header conditions of <see cref="Retry"/>.</summary>
    public RetryHeaders? RetryHeaders { get; }

    /// <summary>Null when the chosen cluster is not in the configuration.</summary>
    public OutboundCluster? ChooseCluster(Random random) => _split is null ? null : _clusters[_split.Choose(random)];
}
