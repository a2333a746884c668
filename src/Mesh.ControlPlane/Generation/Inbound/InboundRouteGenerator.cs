using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>Makes the routes of the requests that a workload receives: those of its services' VirtualServices, with what the receiving side does about them.</summary>
internal static class InboundRouteGenerator
{
    private const string AnyHost = "*";

    /// <summary>One virtual host a service; empty when no rule asks anything of the receiving side.</summary>
    public static List<VirtualHost> Generate(InboundTarget inbound)
    {
        var hosts = new List<VirtualHost>();
        foreach (var target in inbound.Services)
        {
            if (VirtualServiceSelector.Select(inbound.Context, target.Service.Host, target.Port) is { } rules && RoutesOf(target, rules) is { Count: > 0 } routes)
            {
                var host = new VirtualHost { Name = $"{target.Service.Host}:{target.Port}", Routes = { routes } };
                host.Domains.Add(VirtualHostDomains.Of(inbound.Context, target.Service, target.Port).Except(hosts.SelectMany(other => other.Domains)));

                // A browser may come by another name than the mesh's: the first service of the port speaks for those.
                host.Domains.Add(hosts.Count == 0 ? [AnyHost] : []);
                hosts.Add(host);
            }
        }

        return hosts;
    }

    /// <summary>Every match up to the last one with a policy: the first that holds decides, also that there is none.</summary>
    private static List<Route> RoutesOf(RouteTarget target, ConfigResource<VirtualService> rules)
    {
        var routes = new List<Route>();
        var needed = 0;
        foreach (var rule in rules.Spec.Http)
        {
            foreach (var match in rule.Match.Count == 0 ? [null] : rule.Match.AsEnumerable<HTTPMatchRequest?>())
            {
                // Who calls is not known here; a rule for certain callers is theirs.
                if (match is { SourceLabels.Count: > 0 } or { SourceNamespace.Length: > 0 } || !ClientMatch.Holds(target, match, rules.Namespace))
                {
                    continue;
                }

                var route = new Route { Name = rule.Name, Match = RouteMatchTranslator.Translate(target.Context, match, rules.HasGatewaySemantics), NonForwardingAction = new NonForwardingAction() };
                routes.Add(route);
                if (CorsTranslator.Translate(rule.CorsPolicy) is { } policy)
                {
                    route.TypedPerFilterConfig.Add(Envelope.CorsFilter, Any.Pack(policy));
                    needed = routes.Count;
                }
            }
        }

        return routes[..needed];
    }
}
