using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>A <see cref="MirrorPolicy"/> joined with its cluster: copies are sent over a route of their own, without edits, retries and mirrors.</summary>
internal sealed class OutboundMirror
{
    /// <summary>Envoy's default for a route that sets no timeout.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);

    private static readonly RouteMatch Any = new() { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) };

    public OutboundMirror(MirrorPolicy policy, TimeSpan? timeout, OutboundCluster cluster, ProcessFacts facts)
    {
        (Policy, Timeout, Cluster) = (policy, timeout ?? DefaultTimeout, cluster);
        Route = new OutboundRoute(new Route("mirror", Any, new ForwardAction { Clusters = [new(policy.Cluster, 1)] }), _ => cluster, facts);
    }

    public MirrorPolicy Policy { get; }

    /// <summary>How long a copy may take, its response included.</summary>
    public TimeSpan Timeout { get; }

    public OutboundCluster Cluster { get; }

    public OutboundRoute Route { get; }
}
