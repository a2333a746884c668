using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes.Matching;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>rewrite</c> into a route's path and host rewrites.</summary>
internal static class RewriteTranslator
{
    private const string Root = "/";

    /// <param name="action">To be given the rewrites.</param>
    /// <param name="match">What of the path was matched.</param>
    /// <param name="rewrite">Null for none.</param>
    public static void Apply(RouteAction action, RouteMatch match, HTTPRewrite? rewrite)
    {
        if (rewrite is null)
        {
            return;
        }

        if (rewrite.UriRegexRewrite is { } regex)
        {
            action.RegexRewrite = Substitution(regex.Match, regex.Rewrite);
        }
        else if (rewrite.Uri.Length > 0)
        {
            // Envoy replaces the prefix that matched, and the whole path where an exact path or a regular expression did.
            action.RegexRewrite = Removal(match, rewrite.Uri);
            action.PrefixRewrite = action.RegexRewrite is null ? rewrite.Uri : "";
        }

        if (rewrite.Authority.Length > 0)
        {
            action.HostRewriteLiteral = rewrite.Authority;
        }
    }

    /// <summary>For a prefix of whole segments that is taken away: after it comes a slash already, or nothing. Null for any other.</summary>
    public static RegexMatchAndSubstitute? Removal(RouteMatch match, string replacement) =>
        match.PathSpecifierCase == RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix && replacement == Root
            ? Substitution($"^{Re2Text.Quote(match.PathSeparatedPrefix)}/?", Root)
            : null;

    private static RegexMatchAndSubstitute Substitution(string pattern, string replacement) =>
        new() { Pattern = new RegexMatcher { Regex = pattern }, Substitution = replacement };
}
