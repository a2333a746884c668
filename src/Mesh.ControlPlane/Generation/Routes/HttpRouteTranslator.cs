using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns one rule of a VirtualService, with one of its matches, into a route.</summary>
internal sealed class HttpRouteTranslator(RouteTarget target, ConfigResource<VirtualService> virtualService)
{
    private static readonly Duration NoTimeout = new();

    private readonly DestinationTranslator _destinations = new(target, virtualService);

    /// <summary>The route of a service that no VirtualService speaks of.</summary>
    public static Route Default(RouteTarget target)
    {
        var action = new RouteAction { Cluster = new OutboundName(target.Port, "", target.Service.Host).ToString() };
        SetTimeout(action, null);
        action.RetryPolicy = RetryTranslator.Translate(target.Context.Settings.Retries);
        HashPolicyTranslator.Add(target.Context, action, target.Service, "", target.Port);
        return new Route { Name = "default", Match = RouteMatchTranslator.Translate(target.Context, null), Route_ = action };
    }

    /// <summary>Null when the rule says nothing to do, which validation does not let through.</summary>
    public Route? Translate(HTTPRoute rule, HTTPMatchRequest? match)
    {
        var route = new Route
        {
            Name = NameOf(rule, match),
            Match = RouteMatchTranslator.Translate(target.Context, match, virtualService.HasGatewaySemantics),
            StatPrefix = match?.StatPrefix ?? "",
        };
        if (rule.Redirect is not null || rule.DirectResponse is not null)
        {
            SetAnswer(route, rule);
        }
        else if (rule.Route.Count > 0)
        {
            SetForwarding(route, rule);
            SetHedging(route);
        }
        else
        {
            return null;
        }

        if (FaultTranslator.Translate(rule.Fault) is { } fault)
        {
            route.TypedPerFilterConfig.Add(Envelope.FaultFilter, Any.Pack(fault));
        }

        // Inside the mesh the receiving side answers browsers.
        if (target.Gateway is not null && CorsTranslator.Translate(rule.CorsPolicy) is { } cors)
        {
            route.TypedPerFilterConfig.Add(Envelope.CorsFilter, Any.Pack(cors));
        }

        return route;
    }

    private static string NameOf(HTTPRoute rule, HTTPMatchRequest? match) => match switch
    {
        null or { Name: "" } => rule.Name,
        _ when rule.Name.Length == 0 => match.Name,
        _ => $"{rule.Name}.{match.Name}",
    };

    // Node refuses a configuration with a redirect or direct response, while other gRPC clients fail such a call with UNAVAILABLE.
    // A cluster without endpoints fails it in the same way for all; leaving the route out would let the call slip to a later rule.
    private void SetAnswer(Route route, HTTPRoute rule)
    {
        if (target.Context.IsProxylessGrpc)
        {
            target.Context.Notices.LeftOut(
                virtualService.Resource.Id,
                rule.Redirect is null ? "directResponse" : "redirect",
                "gRPC clients cannot do it and fail calls on this route with UNAVAILABLE");
            route.Route_ = new RouteAction { Cluster = OutboundName.BlackHole };
            return;
        }

        AnswerTranslator.Set(route, rule, target.Port);
        HeaderOperations.Apply(route, rule.Headers);
    }

    private void SetForwarding(Route route, HTTPRoute rule)
    {
        var action = new RouteAction();
        route.Route_ = action;

        // The rule before its destinations: of two edits of one header the destination's wins, and of two authorities the rule's (istiod).
        RewriteTranslator.Apply(action, route.Match, rule.Rewrite);
        HeaderOperations.Apply(route, rule.Headers);
        _destinations.SetClusters(route, rule.Route);
        SetTimeout(action, rule.Timeout);
        action.RetryPolicy = RetryTranslator.Translate(rule.Retries ?? target.Context.Settings.Retries);
        _destinations.AddMirrors(action, rule);
        if (virtualService.HasGatewaySemantics && !target.Context.IsProxylessGrpc)
        {
            // A backend that is not there is the fault of the route (Gateway API).
            action.ClusterNotFoundResponseCode = RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError;
        }
    }

    private void SetHedging(Route route)
    {
        if (!target.Context.IsProxylessGrpc
            && virtualService.Resource.Annotations.TryGetValue(HedgingTranslator.Name, out var annotation)
            && HedgingTranslator.Apply(route, annotation) is { } error)
        {
            target.Context.Notices.LeftOut(virtualService.Resource.Id, HedgingTranslator.Name, error);
        }
    }

    // gRPC reads max_stream_duration alone (gRFC A31); zero is no limit in both.
    private static void SetTimeout(RouteAction action, Duration? timeout)
    {
        action.Timeout = timeout ?? NoTimeout;
        action.MaxStreamDuration = new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = action.Timeout };
    }
}
