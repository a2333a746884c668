using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Cli.Explanation;

/// <summary>Finds the routes that a request takes, with the matcher of the data plane.</summary>
internal static class RouteFinder
{
    private const double Million = 1_000_000;

    private static readonly PathMatch AnyPath = new(PathMatchKind.Prefix, "", IgnoreCase: false);

    /// <summary>More than one when a route takes a share of the requests only; none when no route matches.</summary>
    public static IEnumerable<RouteOutcome> Find(VirtualHost host, HttpRequestMessage request, JsonElement? claims)
    {
        var (rest, start) = (1.0, 0);
        var passed = ImmutableArray.CreateBuilder<(int, string)>();
        while (start < host.Routes.Length)
        {
            var index = new RouteTable(host with { Routes = host.Routes[start..] }).Find(request, new LowestRandom(), claims);
            var end = index < 0 ? host.Routes.Length : start + index;
            for (var number = start; number < end; number++)
            {
                passed.Add((number, FailingCondition(host.Routes[number].Match, request, claims)));
            }

            if (index < 0)
            {
                yield break;
            }

            var route = host.Routes[end];
            var share = route.Match.FractionPerMillion is { } fraction ? Math.Min(1, fraction / Million) : 1;
            yield return new RouteOutcome(route, end, rest * share) { PassedOver = passed.ToImmutable() };
            (rest, start) = (rest * (1 - share), share >= 1 ? host.Routes.Length : end + 1);
        }
    }

    /// <summary>Whether all conditions on headers hold.</summary>
    public static bool Hold(ImmutableArray<HeaderMatch> headers, HttpRequestMessage request) => Matches(new RouteMatch { Path = AnyPath, Headers = headers }, request, null);

    /// <summary>Each part is asked alone, by the same matcher.</summary>
    private static string FailingCondition(RouteMatch match, HttpRequestMessage request, JsonElement? claims)
    {
        if (!Matches(new RouteMatch { Path = match.Path }, request, claims))
        {
            return MatchText.Of(match.Path);
        }

        foreach (var header in match.Headers)
        {
            if (!Matches(new RouteMatch { Path = AnyPath, Headers = [header] }, request, claims))
            {
                return MatchText.Of(header);
            }
        }

        foreach (var parameter in match.QueryParameters)
        {
            if (!Matches(new RouteMatch { Path = AnyPath, QueryParameters = [parameter] }, request, claims))
            {
                return MatchText.Of(parameter);
            }
        }

        foreach (var claim in match.Claims)
        {
            if (!Matches(new RouteMatch { Path = AnyPath, Claims = [claim] }, request, claims))
            {
                return MatchText.Of(claim);
            }
        }

        return "it takes none of the requests";
    }

    private static bool Matches(RouteMatch match, HttpRequestMessage request, JsonElement? claims)
    {
        var view = new RequestView(request) { Claims = claims };
        return new RouteMatcher(match).Matches(ref view, new LowestRandom());
    }
}
