using System.Collections.Concurrent;
using Mesh.Client.Model.Loads;

namespace Mesh.Client.Pipeline.Loads;

/// <summary>What this process sends where, until somebody takes it to report it.</summary>
internal sealed class LoadBook
{
    /// <summary>More clusters than a process can be told of: their names come from the control plane.</summary>
    private const int MaxClusters = 10_000;

    private readonly ConcurrentDictionary<string, ClusterLoads> _clusters = new(StringComparer.Ordinal);

    /// <summary>Null when there is no room for one more.</summary>
    public ClusterLoads? Of(string cluster) =>
        _clusters.TryGetValue(cluster, out var known) ? known
        : _clusters.Count < MaxClusters ? _clusters.GetOrAdd(cluster, static name => new ClusterLoads(name))
        : null;

    /// <summary>Everything since the last time.</summary>
    public IReadOnlyList<ClusterLoad> Take() => [.. _clusters.Values.Select(cluster => cluster.Take()).OfType<ClusterLoad>()];
}
