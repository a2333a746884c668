using System.Text.Json;
using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>The routes of a virtual host, compiled; the first one that matches wins.</summary>
internal sealed class RouteTable
{
    private readonly RouteMatcher[] _routes;

    public RouteTable(VirtualHost virtualHost)
    {
        VirtualHost = virtualHost;
        _routes = [.. virtualHost.Routes.Select(route => new RouteMatcher(route.Match))];
        AsksForClaims = Array.Exists(_routes, static route => route.AsksForClaims);
    }

    /// <summary>What the table was compiled from; the same record never needs compiling twice.</summary>
    public VirtualHost VirtualHost { get; }

    /// <summary>Whether a route depends on the token that requests are made for: most tables have none, and nobody looks for one.</summary>
    public bool AsksForClaims { get; }

    /// <summary>The position of the route in <see cref="VirtualHost.Routes"/>; -1 when none matches.</summary>
    public int Find(HttpRequestMessage request, Random random, JsonElement? claims = null)
    {
        var view = new RequestView(request) { Claims = claims };
        for (var index = 0; index < _routes.Length; index++)
        {
            if (_routes[index].Matches(ref view, random))
            {
                return index;
            }
        }

        return -1;
    }
}
