using System.Globalization;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Makes the routes of a gateway's port from the VirtualServices that are bound to its servers.</summary>
internal static class GatewayRouteGenerator
{
    private const string AnyHost = "*";

    /// <summary>istiod's names of a gateway's routes: <c>http.PORT</c> and <c>https.PORT.PORTNAME.GATEWAY.NAMESPACE</c>.</summary>
    public static bool IsName(string name) =>
        name.StartsWith("http.", StringComparison.Ordinal) || name.StartsWith("https.", StringComparison.Ordinal);

    public static RouteConfiguration? Generate(GenerationContext context, string name)
    {
        var servers = GatewayMerge.Of(context).Where(server => server.RouteName == name).ToArray();
        if (servers.Length == 0)
        {
            return null;
        }

        var hosts = new SortedDictionary<string, VirtualHost>(StringComparer.Ordinal);
        foreach (var server in servers)
        {
            AddRules(context, server, hosts);
            AddRedirects(server, hosts);
        }

        if (hosts.Count == 0)
        {
            // Without a route everything is answered with 404.
            hosts.Add(AnyHost, new VirtualHost { Name = string.Create(CultureInfo.InvariantCulture, $"blackhole:{servers[0].CallersPort}"), Domains = { AnyHost } });
        }

        foreach (var host in hosts.Values)
        {
            LastCatchAll(host);
        }

        return new RouteConfiguration
        {
            Name = name,
            VirtualHosts = { hosts.Values },
            IgnorePortInHostMatching = true,
            MaxDirectResponseBodySizeBytes = RouteGenerator.LargestBody,
        };
    }

    private static void AddRules(GenerationContext context, GatewayServer server, SortedDictionary<string, VirtualHost> hosts)
    {
        var target = new RouteTarget(context, GatewayRules.Unregistered(server), server.CallersPort) { Gateway = server.GatewayName };
        foreach (var (rules, names) in GatewayRules.Of(context, server))
        {
            var routes = new List<Route>();
            RouteGenerator.AddRoutes(target, rules, routes);
            foreach (var name in names)
            {
                var host = HostOf(hosts, name, server);
                host.Routes.Add(routes);
                if (RedirectsToHttps(server))
                {
                    host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
                }
            }
        }
    }

    // Also for hosts that no rule speaks of.
    private static void AddRedirects(GatewayServer server, SortedDictionary<string, VirtualHost> hosts)
    {
        if (RedirectsToHttps(server))
        {
            foreach (var host in server.Hosts)
            {
                HostOf(hosts, host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..], server).RequireTls = VirtualHost.Types.TlsRequirementType.All;
            }
        }
    }

    private static bool RedirectsToHttps(GatewayServer server) => server.Server.Tls is { HttpsRedirect: true };

    private static VirtualHost HostOf(SortedDictionary<string, VirtualHost> hosts, string name, GatewayServer server)
    {
        if (!hosts.TryGetValue(name, out var host))
        {
            hosts[name] = host = new VirtualHost
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{name}:{server.CallersPort}"),
                Domains = { name },
                IncludeRequestAttemptCount = true,
            };
        }

        return host;
    }

    /// <summary>Rules of several resources meet in one host: what takes everything goes behind what does not (istiod).</summary>
    private static void LastCatchAll(VirtualHost host)
    {
        var ordered = host.Routes.OrderBy(route => RouteMatchTranslator.IsCatchAll(route.Match)).ToArray();
        host.Routes.Clear();
        host.Routes.Add(ordered);
    }
}
