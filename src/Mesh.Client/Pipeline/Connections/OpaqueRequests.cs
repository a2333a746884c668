using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Routing.Connections;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Routes the requests to a port that is not said to speak HTTP: whole, to where their connection would go (Envoy's TCP proxy does not look into it).</summary>
internal static class OpaqueRequests
{
    private static readonly PathMatch AnyPath = new(PathMatchKind.Prefix, "", IgnoreCase: false);

    /// <summary>Two routes at most: requests over TLS may go elsewhere than others.</summary>
    public static VirtualHost VirtualHost(Authority authority, ConnectionRoutes connections)
    {
        var matcher = new ConnectionMatcher(connections.Routes);
        var isAddress = IPAddress.TryParse(authority.Host.Trim('[', ']'), out var address);
        var plain = new ConnectionView(authority.Port) { Address = isAddress ? address : connections.Address };
        var encrypted = plain with { IsTls = true, ServerName = isAddress ? "" : authority.Host.ToLowerInvariant() };
        var routes = ImmutableArray.CreateBuilder<Route>(2);
        Add(routes, RouteOf(encrypted), new RouteMatch { Path = AnyPath, Headers = [Scheme("https")] });
        Add(routes, RouteOf(plain), new RouteMatch { Path = AnyPath, Headers = [Scheme("http")] });
        return new VirtualHost(authority.ToString(), [authority.Host], routes.ToImmutable());

        TcpRoute? RouteOf(in ConnectionView view) => matcher.Find(view) is >= 0 and var index ? connections.Routes[index].Route : connections.Default;
    }

    private static void Add(ImmutableArray<Route>.Builder routes, TcpRoute? route, RouteMatch match)
    {
        if (route is not null)
        {
            routes.Add(new Route(route.Name, match, new ForwardAction { Clusters = route.Clusters }));
        }
    }

    private static HeaderMatch Scheme(string scheme) =>
        new(":scheme", HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(StringMatchKind.Exact, scheme, IgnoreCase: false) };
}
