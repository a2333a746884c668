using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Headers;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes route configurations (RDS and inline in listeners).</summary>
internal static class RouteConfigurationDecoder
{
    public static DecodeResult<RouteConfiguration> Decode(Wire.RouteConfiguration message)
    {
        var errors = new DecodeErrors();
        if (message.Name.Length == 0)
        {
            errors.Add("route configuration without a name");
        }

        return DecodeResult<RouteConfiguration>.From(message.Name, Decode(message, errors), errors);
    }

    /// <summary>The inline form needs no name.</summary>
    public static RouteConfiguration Decode(Wire.RouteConfiguration message, DecodeErrors errors)
    {
        var scope = new RouteScope(Plugins(message, errors), message.MostSpecificHeaderMutationsWins)
        {
            Configuration = new EditLevel(
                HeaderEditsDecoder.Decode(message.RequestHeadersToAdd, message.RequestHeadersToRemove, "request", errors),
                HeaderEditsDecoder.Decode(message.ResponseHeadersToAdd, message.ResponseHeadersToRemove, "response", errors)),
            Fault = FilterOverrideDecoder.Decode(message.TypedPerFilterConfig, errors),
            Session = StatefulSessionDecoder.DecodeOverride(message.TypedPerFilterConfig, errors),
            Mirrors = MirrorDecoder.Decode(message.RequestMirrorPolicies, errors),
            MaxBodySize = message.MaxDirectResponseBodySizeBytes ?? RouteScope.DefaultMaxBodySize,
        };
        var hosts = message.VirtualHosts.Select((host, index) => Host(host, scope, errors.In("virtual_hosts", index)));
        return new RouteConfiguration(message.Name, [.. hosts]) { IgnoresPort = message.IgnorePortInHostMatching };
    }

    /// <summary>No cluster specifier plugin is supported: an optional one makes the routes that use it fail, any other the whole resource.</summary>
    private static HashSet<string> Plugins(Wire.RouteConfiguration message, DecodeErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var plugin in message.ClusterSpecifierPlugins)
        {
            names.Add(plugin.Extension?.Name ?? "");
            if (!plugin.IsOptional)
            {
                errors.Add($"cluster specifier plugin '{plugin.Extension?.Name}' is not supported and not optional");
            }
        }

        return names;
    }

    private static VirtualHost Host(Wire.VirtualHost host, RouteScope outer, DecodeErrors errors)
    {
        if (host.Domains.Any(domain => domain.Length == 0))
        {
            errors.Add("empty domain");
        }

        var mirrors = MirrorDecoder.Decode(host.RequestMirrorPolicies, errors);
        var scope = outer with
        {
            Host = new EditLevel(
                HeaderEditsDecoder.Decode(host.RequestHeadersToAdd, host.RequestHeadersToRemove, "request", errors),
                HeaderEditsDecoder.Decode(host.ResponseHeadersToAdd, host.ResponseHeadersToRemove, "response", errors)),
            Fault = FilterOverrideDecoder.Decode(host.TypedPerFilterConfig, errors) ?? outer.Fault,
            Session = StatefulSessionDecoder.DecodeOverride(host.TypedPerFilterConfig, errors) ?? outer.Session,
            Mirrors = mirrors.IsEmpty ? outer.Mirrors : mirrors,
        };
        var retry = RetryPolicyDecoder.Decode(host.RetryPolicy, errors.In("retry_policy"));
        var hedging = HedgingDecoder.Decode(host.HedgePolicy);
        var routes = ImmutableArray.CreateBuilder<Route>(host.Routes.Count);
        for (var index = 0; index < host.Routes.Count; index++)
        {
            if (Decode(host.Routes[index], scope, errors.In("routes", index)) is { } route)
            {
                routes.Add(Inherit(route, retry, hedging));
            }
        }

        return new VirtualHost(host.Name, [.. host.Domains], routes.ToImmutable()) {
            CountsAttempts = host.IncludeRequestAttemptCount,
            RequiresTls = host.RequireTls is not Wire.VirtualHost.Types.TlsRequirementType.None,
        };
    }

    /// <summary>A route's own policy replaces the virtual host's as a whole (Envoy).</summary>
    private static Route Inherit(Route route, RetryPolicy? retry, HedgingPolicy? hedging) =>
        route.Action is ForwardAction forward && ((forward.Retry is null && retry is not null) || (forward.Hedging is null && hedging is not null))
            ? route with { Action = forward with { Retry = forward.Retry ?? retry, Hedging = forward.Hedging ?? hedging } }
            : route;

    private static Route? Decode(Wire.Route route, RouteScope outer, DecodeErrors errors)
    {
        if (route.Match is null)
        {
            errors.Add("route without a match");
            return null;
        }

        var scope = outer with
        {
            Route = new EditLevel(
                HeaderEditsDecoder.Decode(route.RequestHeadersToAdd, route.RequestHeadersToRemove, "request", errors),
                HeaderEditsDecoder.Decode(route.ResponseHeadersToAdd, route.ResponseHeadersToRemove, "response", errors)),
            Fault = FilterOverrideDecoder.Decode(route.TypedPerFilterConfig, errors) ?? outer.Fault,
            Session = StatefulSessionDecoder.DecodeOverride(route.TypedPerFilterConfig, errors) ?? outer.Session,
        };
        var match = RouteMatchDecoder.Decode(route.Match, errors.In("match"));
        var action = RouteActionDecoder.Decode(route, scope, errors);
        return match is null || action is null ? null : new Route(route.Name, match, action)
        {
            ResponseEdits = scope.Order(static level => level.Response),
            Fault = scope.Fault,
            Cors = CorsPolicyDecoder.Decode(route.TypedPerFilterConfig, errors),
            StatPrefix = route.StatPrefix.Length > 0 ? route.StatPrefix : null,
        };
    }
}
