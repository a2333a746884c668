using System.Collections.Immutable;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes what a route does; what this version cannot do stays as an action that fails with its name, so that no later route takes over.</summary>
internal static class RouteActionDecoder
{
    /// <summary>The action; null with an error when it is wrong.</summary>
    public static RouteAction? Decode(Wire.Route route, ISet<string> plugins, DecodeErrors errors) => route.ActionCase switch
    {
        Wire.Route.ActionOneofCase.Route_ => Forward(route.Route_, plugins, errors.In("route")),
        Wire.Route.ActionOneofCase.Redirect => new UnsupportedAction("redirect"),
        Wire.Route.ActionOneofCase.DirectResponse => new UnsupportedAction("direct_response"),
        Wire.Route.ActionOneofCase.FilterAction => new UnsupportedAction("filter_action"),
        Wire.Route.ActionOneofCase.NonForwardingAction => new UnsupportedAction("non_forwarding_action"),
        _ => new UnsupportedAction("an action this version does not know"),
    };

    private static RouteAction? Forward(Wire.RouteAction action, ISet<string> plugins, DecodeErrors errors)
    {
        var limit = StreamLimit(action.MaxStreamDuration, errors.In("max_stream_duration"));
        var timeout = Shorter(DurationDecoder.DecodeNonNegative(action.Timeout, errors.In("timeout")), limit);
        var retry = RetryPolicyDecoder.Decode(action.RetryPolicy, errors.In("retry_policy"));
        ImmutableArray<WeightedCluster> clusters;
        switch (action.ClusterSpecifierCase)
        {
            case Wire.RouteAction.ClusterSpecifierOneofCase.Cluster when action.Cluster.Length == 0:
                errors.Add("cluster: expected a name, got an empty one");
                return null;
            case Wire.RouteAction.ClusterSpecifierOneofCase.Cluster:
                clusters = [new(action.Cluster, 1)];
                break;
            case Wire.RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                clusters = Weighted(action.WeightedClusters, errors.In("weighted_clusters"));
                break;
            case Wire.RouteAction.ClusterSpecifierOneofCase.ClusterSpecifierPlugin when !plugins.Contains(action.ClusterSpecifierPlugin):
                errors.Add($"cluster_specifier_plugin '{action.ClusterSpecifierPlugin}' is not defined in the route configuration");
                return null;
            default:
                return new UnsupportedAction($"cluster by {action.ClusterSpecifierCase}");
        }

        return new ForwardAction
        {
            Clusters = clusters,
            Timeout = timeout,
            InheritsStreamLimit = limit is null,
            Retry = retry,
            Hedging = RetryPolicyDecoder.Decode(action.HedgePolicy),
        };
    }

    /// <summary>grpc_timeout_header_max wins over max_stream_duration; zero means no limit (gRFC A31).</summary>
    private static TimeSpan? StreamLimit(Wire.RouteAction.Types.MaxStreamDuration? limits, DecodeErrors errors) =>
        DurationDecoder.DecodeNonNegative(limits?.GrpcTimeoutHeaderMax, errors)
        ?? DurationDecoder.DecodeNonNegative(limits?.MaxStreamDuration_, errors);

    /// <summary>RouteAction.timeout is how Envoy and Istio limit an HTTP call (gRPC's clients do not read it); unset means no limit, as in Istio.</summary>
    private static TimeSpan? Shorter(TimeSpan? timeout, TimeSpan? limit)
    {
        var first = timeout > TimeSpan.Zero ? timeout : null;
        var second = limit > TimeSpan.Zero ? limit : null;
        return first is null || second < first ? second : first;
    }

    private static ImmutableArray<WeightedCluster> Weighted(Wire.WeightedCluster weighted, DecodeErrors errors)
    {
        ulong total = 0;
        var clusters = ImmutableArray.CreateBuilder<WeightedCluster>(weighted.Clusters.Count);
        for (var index = 0; index < weighted.Clusters.Count; index++)
        {
            var cluster = weighted.Clusters[index];
            FilterOverrideDecoder.Validate(cluster.TypedPerFilterConfig, errors.In("clusters", index));
            var weight = cluster.Weight ?? 0;
            if (weight == 0)
            {
                continue;
            }

            if (cluster.Name.Length == 0)
            {
                errors.In("clusters", index).Add("expected a name, got an empty one");
            }

            total += weight;
            clusters.Add(new(cluster.Name, weight));
        }

        if (total is 0 or > uint.MaxValue)
        {
            errors.Add($"expected a sum of weights between 1 and {uint.MaxValue}, got {total}");
        }

        return clusters.ToImmutable();
    }
}
