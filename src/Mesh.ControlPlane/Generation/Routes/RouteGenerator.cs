using System.Globalization;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Listeners;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Origins;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Makes the routes to one port of a service: those of its VirtualService, or one to the service itself.</summary>
internal static class RouteGenerator
{
    /// <summary>What validation lets through, and istiod sets; Envoy's own default is 4 KiB.</summary>
    public const uint LargestBody = 1024 * 1024;

    public static RouteConfiguration? Generate(GenerationContext context, string name)
    {
        if (OutboundName.Parse(name) is not { Subset: "" } parsed
            || Find(context, parsed) is not { } service)
        {
            return null;
        }

        var target = new RouteTarget(context, service, parsed.Port);
        var routes = RoutesOf(target);
        var configuration = new RouteConfiguration { Name = name };
        if (routes.Any(route => route.ActionCase == Route.ActionOneofCase.DirectResponse))
        {
            configuration.MaxDirectResponseBodySizeBytes = LargestBody;
        }

        if (routes.Any(route => IsUsable(context, route)))
        {
            configuration.VirtualHosts.Add(new VirtualHost
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{parsed.Port}"),
                Domains = { VirtualHostDomains.Of(context, service, parsed.Port) },
                Routes = { routes },
                IncludeRequestAttemptCount = true,
            });
        }

        return configuration;
    }

    private static ResolvedService? Find(GenerationContext context, OutboundName name) =>
        HostResolution.OfRoutes(context, name.Host, name.Port) is { } service && service.Port(name.Port) is not null
            ? service
            : UnregisteredHost.Find(context, name.Host, name.Port);

    private static List<Route> RoutesOf(RouteTarget target)
    {
        var routes = new List<Route>();
        if (VirtualServiceSelector.Select(target.Context, target.Service.PolicyHost, target.Port) is { } virtualService)
        {
            AddRoutes(target, virtualService, routes);
        }

        // Istio: rules that none of are for this client and port leave the service as if it had no VirtualService.
        return routes.Count > 0 || target.Service.IsUnregistered ? routes : [HttpRouteTranslator.Default(target)];
    }

    /// <summary>The routes of a VirtualService for a client, up to the first that takes everything.</summary>
    public static void AddRoutes(RouteTarget target, ConfigResource<VirtualService> virtualService, List<Route> routes)
    {
        var translator = new HttpRouteTranslator(target, virtualService);
        for (var index = 0; index < virtualService.Spec.Http.Count; index++)
        {
            var rule = virtualService.Spec.Http[index];
            var alternatives = rule.Match.Count == 0 ? [null] : rule.Match.AsEnumerable<HTTPMatchRequest?>();
            foreach (var (number, match) in alternatives.Index())
            {
                if (!ClientMatch.Holds(target, match, virtualService.Namespace) || translator.Translate(rule, match) is not { } route)
                {
                    continue;
                }

                var origin = virtualService.OriginOf(index);
                SessionFilter.Apply(target.Context, route, origin);
                if (!target.Context.IsProxylessGrpc)
                {
                    SayOrigin(route, origin, match is null ? null : number);
                }

                routes.Add(route);
                if (RouteMatchTranslator.IsCatchAll(route.Match))
                {
                    // What follows a route that takes everything can never be reached.
                    return;
                }
            }
        }
    }

    private static void SayOrigin(Route route, RuleOrigin origin, int? match)
    {
        var field = string.Create(CultureInfo.InvariantCulture, $"http[{origin.Index}]");
        var place = origin.Field is { } converted ? converted
            : origin.IsWhole && match is { } number ? string.Create(CultureInfo.InvariantCulture, $"{field}.match[{number}]") : field;
        route.Metadata = ConfigMetadata.Add(route.Metadata, origin.Resource, place);
    }

    // gRPC C-core skips paths that are not /, /service/ or /service/method and routes with query parameters, and refuses the
    // whole configuration when none is left; a configuration without the host fails its calls alone.
    private static bool IsUsable(GenerationContext context, Route route)
    {
        if (!context.IsProxylessGrpc)
        {
            return true;
        }

        var match = route.Match;
        return match.QueryParameters.Count == 0 && match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix is "" || (match.Prefix[0] == '/' && Segments(match.Prefix) <= 2),
            RouteMatch.PathSpecifierOneofCase.Path => match.Path is ['/', ..] && Segments(match.Path) == 2,
            _ => true,
        };
    }

    private static int Segments(string path) => path.AsSpan(1).Count('/') + 1;
}
