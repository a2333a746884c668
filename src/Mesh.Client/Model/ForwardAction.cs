using System.Collections.Immutable;
using System.Net;

namespace Mesh.Client.Model;

/// <summary>Sends the request to one of the weighted clusters.</summary>
internal sealed record ForwardAction : RouteAction
{
    /// <summary>At least one; weights are above zero.</summary>
    public required ImmutableArray<WeightedCluster> Clusters { get; init; }

    /// <summary>Limit for the whole call, all attempts included; null means none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What of a request consistent hashing looks at, in order; empty for nothing.</summary>
    public ImmutableArray<HashPolicy> HashPolicies { get; init; } = [];

    /// <summary>Session stickiness; null when no level from the route upwards says anything: the listener's applies.</summary>
    public SessionPolicy? Session { get; init; }

    /// <summary>The route does not set a stream limit of its own: the listener's applies when it has one (gRFC A31).</summary>
    public bool InheritsStreamLimit { get; init; }

    /// <summary>Null when failed attempts are not repeated.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Null when there is one attempt at a time.</summary>
    public HedgingPolicy? Hedging { get; init; }

    /// <summary>Null leaves the path as it is.</summary>
    public PathRewrite? Rewrite { get; init; }

    /// <summary>Null leaves the authority to the weighted cluster, or as it is.</summary>
    public HostRewrite? HostRewrite { get; init; }

    /// <summary>Whether a host that is rewritten stays known in <c>x-forwarded-host</c>.</summary>
    public bool AppendsForwardedHost { get; init; }

    /// <summary>Answers a request whose cluster there is not: 503, 404 or 500.</summary>
    public HttpStatusCode MissingClusterStatus { get; init; } = HttpStatusCode.ServiceUnavailable;

    public ImmutableArray<MirrorPolicy> Mirrors { get; init; } = [];
}
