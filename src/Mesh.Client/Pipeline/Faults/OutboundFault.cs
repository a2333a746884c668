using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Faults;

/// <summary>A <see cref="FaultPolicy"/> joined with the matchers of the requests it is for.</summary>
internal sealed class OutboundFault(FaultPolicy policy)
{
    private const string DownstreamNode = "x-envoy-downstream-service-node";

    private readonly HeaderMatcher[] _headers = [.. policy.Headers.Select(match => new HeaderMatcher(match))];

    public FaultPolicy Policy => policy;

    /// <summary>Whether requests can say what they want.</summary>
    public bool ReadsRequest { get; } = policy.Delay is { Duration: null } || policy.Abort is { HttpStatus: null, GrpcStatus: null };

    public bool AppliesTo(OutboundCall call)
    {
        if (policy.UpstreamCluster is { } cluster && call.Target.Cluster?.Cluster.Name != cluster)
        {
            return false;
        }

        var view = new RequestView(call.Request);
        if (policy.DownstreamNodes is { IsEmpty: false } nodes
            && (RequestHeaderValue.Find(view, DownstreamNode) is not { } node || !nodes.Contains(node)))
        {
            return false;
        }

        foreach (var header in _headers)
        {
            if (!header.Matches(ref view))
            {
                return false;
            }
        }

        return true;
    }
}
