using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Lists where a VirtualService sends traffic.</summary>
internal static class RouteTargets
{
    /// <summary>Of all routes: TCP, TLS and HTTP.</summary>
    public static IEnumerable<RouteTarget> Routes(VirtualService routes)
    {
        var tcp = routes.Tcp.Select(rule => rule.Route.Select(route => route.Destination));
        var tls = routes.Tls.Select(rule => rule.Route.Select(route => route.Destination));
        var http = routes.Http.Select(rule => rule.Route.Select(route => route.Destination));
        return List("tcp", tcp).Concat(List("tls", tls)).Concat(List("http", http));
    }

    /// <summary>Of what HTTP routes send copies to.</summary>
    public static IEnumerable<RouteTarget> Mirrors(VirtualService routes)
    {
        for (var index = 0; index < routes.Http.Count; index++)
        {
            var rule = routes.Http[index];
            if (rule.Mirror is { } mirror)
            {
                yield return new RouteTarget(mirror, $"spec.http[{index}].mirror");
            }

            for (var position = 0; position < rule.Mirrors.Count; position++)
            {
                yield return new RouteTarget(rule.Mirrors[position].Destination ?? new Destination(), $"spec.http[{index}].mirrors[{position}].destination");
            }
        }
    }

    private static IEnumerable<RouteTarget> List(string field, IEnumerable<IEnumerable<Destination?>> rules) =>
        rules.SelectMany((rule, index) => rule.Select((destination, position) =>
            new RouteTarget(destination ?? new Destination(), $"spec.{field}[{index}].route[{position}].destination")));
}
