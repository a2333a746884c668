using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>rewrite</c> into a route's path and host rewrites.</summary>
internal static class RewriteTranslator
{
    public static void Apply(RouteAction action, HTTPRewrite? rewrite)
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
            action.PrefixRewrite = rewrite.Uri;
        }

        if (rewrite.Authority.Length > 0)
        {
            action.HostRewriteLiteral = rewrite.Authority;
        }
    }

    private static RegexMatchAndSubstitute Substitution(string pattern, string replacement) =>
        new() { Pattern = new RegexMatcher { Regex = pattern }, Substitution = replacement };
}
