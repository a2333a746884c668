using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Hashing;
using Mesh.Client.Pipeline.Mirrors;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>A route joined with the clusters that it names.</summary>
internal sealed class OutboundRoute
{
    private readonly OutboundTarget[] _targets;
    private readonly WeightedSplit? _split;

    /// <param name="route">The accepted configuration.</param>
    /// <param name="findCluster">Finds clusters by name.</param>
    /// <param name="facts">What header values can say of this process.</param>
    /// <param name="countsAttempts">Whether requests say which attempt they are.</param>
    public OutboundRoute(Route route, Func<string, OutboundCluster?> findCluster, ProcessFacts facts, bool countsAttempts = false)
    {
        Route = route;
        CountsAttempts = countsAttempts;
        if (route.Action is ForwardAction forward)
        {
            Timeout = forward.Timeout;
            Affinity = RouteAffinity.Compile(forward);
            Retry = forward.Retry;
            Hedging = forward.Hedging;
            RetryHeaders = forward.Retry is { } retry ? new RetryHeaders(retry) : null;
            HostFromEndpoint = forward.HostRewrite is { Kind: HostRewriteKind.Endpoint };
            _targets = [.. forward.Clusters.Select(cluster => OutboundTarget.Forward(route, forward, cluster, findCluster(cluster.Name), facts))];
            _split = new WeightedSplit([.. forward.Clusters.Select(cluster => cluster.Weight)]);
            Mirrors = CompileMirrors(forward, findCluster, facts);
        }
        else
        {
            _targets = [OutboundTarget.Answer(route, facts)];
            Answer = LocalAnswer.Compile(route);
        }
    }

    public Route Route { get; }

    /// <summary>Limit for the whole call; null means none.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Null when a request may go anywhere.</summary>
    public RouteAffinity? Affinity { get; }

    /// <summary>Null when failed attempts are not repeated.</summary>
    public RetryPolicy? Retry { get; }

    /// <summary>Null when there is one attempt at a time.</summary>
    public HedgingPolicy? Hedging { get; }

    /// <summary>Whether requests say in <c>x-envoy-attempt-count</c> which attempt they are.</summary>
    public bool CountsAttempts { get; }

    /// <summary>The header conditions of <see cref="Retry"/>.</summary>
    public RetryHeaders? RetryHeaders { get; }

    /// <summary>Set when the route answers by itself.</summary>
    public LocalAnswer? Answer { get; }

    /// <summary>Null when requests are not copied.</summary>
    public OutboundMirror[]? Mirrors { get; }

    /// <summary>Whether the authority is the host name of the endpoint that is chosen.</summary>
    public bool HostFromEndpoint { get; }

    /// <summary>The only target of a route without a split.</summary>
    public OutboundTarget Target => _targets[0];

    /// <summary>Draws by weights.</summary>
    public OutboundTarget Choose(Random random) => _split is null ? _targets[0] : _targets[_split.Choose(random)];

    private static OutboundMirror[]? CompileMirrors(ForwardAction forward, Func<string, OutboundCluster?> findCluster, ProcessFacts facts)
    {
        if (forward.Mirrors.IsEmpty)
        {
            return null;
        }

        // Envoy: a mirror whose cluster does not exist is none.
        return
        [
            .. from policy in forward.Mirrors
               let cluster = findCluster(policy.Cluster)
               where cluster is not null
               select new OutboundMirror(policy, forward.Timeout, cluster, facts),
        ];
    }
}
