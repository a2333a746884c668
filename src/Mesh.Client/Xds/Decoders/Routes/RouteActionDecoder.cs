using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Headers;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes what a route does; what this version cannot do stays as an action that fails with its name, so that no later route takes over.</summary>
internal static class RouteActionDecoder
{
    /// <summary>The action; null with an error when it is wrong.</summary>
    public static RouteAction? Decode(Wire.Route route, RouteScope scope, DecodeErrors errors) => route.ActionCase switch
    {
        Wire.Route.ActionOneofCase.Route_ =>
            HashPolicyDecoder.Add(Forward(route, scope, errors.In("route")), route.Route_.HashPolicy, errors.In("route")),
        Wire.Route.ActionOneofCase.Redirect => AnswerDecoder.Redirect(route.Redirect, errors.In("redirect")),
        Wire.Route.ActionOneofCase.DirectResponse => AnswerDecoder.DirectResponse(route.DirectResponse, scope, errors.In("direct_response")),
        Wire.Route.ActionOneofCase.FilterAction => new UnsupportedAction("filter_action"),
        Wire.Route.ActionOneofCase.NonForwardingAction => new UnsupportedAction("non_forwarding_action"),
        _ => new UnsupportedAction("an action this version does not know"),
    };

    private static RouteAction? Forward(Wire.Route route, RouteScope scope, DecodeErrors errors)
    {
        var action = route.Route_;
        var limit = StreamLimit(action.MaxStreamDuration, errors.In("max_stream_duration"));
        var mirrors = MirrorDecoder.Decode(action.RequestMirrorPolicies, errors);
        var forward = new ForwardAction
        {
            Clusters = [],
            Session = scope.Session,
            Timeout = Shorter(DurationDecoder.DecodeNonNegative(action.Timeout, errors.In("timeout")), limit),
            InheritsStreamLimit = limit is null,
            Rewrite = RewriteDecoder.Path(action, errors),
            HostRewrite = RewriteDecoder.Host(action, errors),
            AppendsForwardedHost = action.AppendXForwardedHost,
            MissingClusterStatus = MissingCluster(action.ClusterNotFoundResponseCode, errors),
            Mirrors = mirrors.IsEmpty ? scope.Mirrors : mirrors,
            Retry = RetryPolicyDecoder.Decode(action.RetryPolicy, errors.In("retry_policy")),
            Hedging = HedgingDecoder.Decode(route.Metadata, errors) ?? HedgingDecoder.Decode(action.HedgePolicy),
        };
        switch (action.ClusterSpecifierCase)
        {
            case Wire.RouteAction.ClusterSpecifierOneofCase.Cluster when action.Cluster.Length == 0:
                errors.Add("cluster: expected a name, got an empty one");
                return null;
            case Wire.RouteAction.ClusterSpecifierOneofCase.Cluster:
                forward = forward with { Clusters = [Edited(new(action.Cluster, 1), EditLevel.None, scope)] };
                break;
            case Wire.RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                forward = forward with { Clusters = Weighted(action.WeightedClusters, scope, errors.In("weighted_clusters")) };
                break;
            case Wire.RouteAction.ClusterSpecifierOneofCase.ClusterSpecifierPlugin when !scope.Plugins.Contains(action.ClusterSpecifierPlugin):
                errors.Add($"cluster_specifier_plugin '{action.ClusterSpecifierPlugin}' is not defined in the route configuration");
                return null;
            default:
                return new UnsupportedAction($"cluster by {action.ClusterSpecifierCase}");
        }

        return forward;
    }

    private static HttpStatusCode MissingCluster(Wire.RouteAction.Types.ClusterNotFoundResponseCode code, DecodeErrors errors)
    {
        switch (code)
        {
            case Wire.RouteAction.Types.ClusterNotFoundResponseCode.ServiceUnavailable:
                return HttpStatusCode.ServiceUnavailable;
            case Wire.RouteAction.Types.ClusterNotFoundResponseCode.NotFound:
                return HttpStatusCode.NotFound;
            case Wire.RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError:
                return HttpStatusCode.InternalServerError;
            default:
                errors.Add($"unknown cluster_not_found_response_code {(int)code}");
                return HttpStatusCode.ServiceUnavailable;
        }
    }

    private static WeightedCluster Edited(WeightedCluster cluster, EditLevel own, RouteScope scope) => cluster with
    {
        RequestEdits = scope.Order(static level => level.Request, own),
        ResponseEdits = scope.Order(static level => level.Response, own),
    };

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

    private static ImmutableArray<WeightedCluster> Weighted(Wire.WeightedCluster weighted, RouteScope scope, DecodeErrors errors)
    {
        ulong total = 0;
        var clusters = ImmutableArray.CreateBuilder<WeightedCluster>(weighted.Clusters.Count);
        for (var index = 0; index < weighted.Clusters.Count; index++)
        {
            var cluster = weighted.Clusters[index];
            var clusterErrors = errors.In("clusters", index);
            var fault = FilterOverrideDecoder.Decode(cluster.TypedPerFilterConfig, clusterErrors);
            var own = new EditLevel(
                HeaderEditsDecoder.Decode(cluster.RequestHeadersToAdd, cluster.RequestHeadersToRemove, "request", clusterErrors),
                HeaderEditsDecoder.Decode(cluster.ResponseHeadersToAdd, cluster.ResponseHeadersToRemove, "response", clusterErrors));
            var weight = cluster.Weight ?? 0;
            if (weight == 0)
            {
                continue;
            }

            if (cluster.Name.Length == 0)
            {
                clusterErrors.Add("expected a name, got an empty one");
            }

            total += weight;
            var host = RewriteDecoder.Literal(cluster.HostRewriteLiteral, clusterErrors.In("host_rewrite_literal"));
            clusters.Add(Edited(new(cluster.Name, weight) { Host = host, Fault = fault }, own, scope));
        }

        if (total is 0 or > uint.MaxValue)
        {
            errors.Add($"expected a sum of weights between 1 and {uint.MaxValue}, got {total}");
        }

        return clusters.ToImmutable();
    }
}
