using Mesh.Config.Istio.Networking;
using UriCase = Mesh.Config.Istio.Networking.StringMatch.MatchTypeOneofCase;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Puts rules of all routes of a host into the order of the Gateway API, in which the first that matches is the right one.</summary>
internal static class RouteOrder
{
    /// <summary>Exact path, longest prefix, method, most headers, most query parameters, oldest route, first by name, first rule.</summary>
    public static IEnumerable<ConvertedRule> Sort(IEnumerable<ConvertedRule> rules) => rules
        .OrderBy(rule => rule.Route.CreationTimestamp)
        .ThenBy(rule => rule.Route.Id.Namespace, StringComparer.Ordinal)
        .ThenBy(rule => rule.Route.Id.Name, StringComparer.Ordinal)
        .ThenBy(rule => rule.Route.Id.Kind, StringComparer.Ordinal)
        .ToArray()
        .OrderByDescending(rule => Rank(MatchOf(rule)))
        .ThenByDescending(rule => Length(MatchOf(rule)))
        .ThenByDescending(rule => MatchOf(rule)?.Method is not null)
        .ThenByDescending(rule => MatchOf(rule)?.Headers.Count ?? 0)
        .ThenByDescending(rule => MatchOf(rule)?.QueryParams.Count ?? 0);

    private static HTTPMatchRequest? MatchOf(ConvertedRule rule) => rule.Rule.Match.FirstOrDefault();

    // What the specification leaves open is as istiod has it: regular expressions stand behind prefixes.
    private static int Rank(HTTPMatchRequest? match) => match?.Uri?.MatchTypeCase switch
    {
        UriCase.Exact => 3,
        UriCase.Prefix => 2,
        UriCase.Regex => 1,
        _ => 0,
    };

    private static int Length(HTTPMatchRequest? match) => match?.Uri?.MatchTypeCase switch
    {
        UriCase.Exact => match.Uri.Exact.Length,
        UriCase.Prefix => match.Uri.Prefix.Length,
        UriCase.Regex => match.Uri.Regex.Length,
        _ => 0,
    };
}
