using Mesh.ControlPlane.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>rewrite</c> into a route's path and host rewrites.</summary>
internal static class RewriteTranslator
{
    public static void Apply(RouteAction action, HTTPRewrite? rewrite, RouteMatch match)
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
            SetPath(action, rewrite.Uri, match);
        }

        if (rewrite.Authority.Length > 0)
        {
            action.HostRewriteLiteral = rewrite.Authority;
        }
    }

    private static void SetPath(RouteAction action, string uri, RouteMatch match)
    {
        // prefix_rewrite replaces a matched prefix or the whole of a matched path; what a regular expression matched is the whole path.
        if (match.PathSpecifierCase == RouteMatch.PathSpecifierOneofCase.SafeRegex)
        {
            action.RegexRewrite = Substitution(match.SafeRegex.Regex, uri.Replace("\\", "\\\\", StringComparison.Ordinal));
        }
        else if (match.Prefix == "/" && uri != "/" && !uri.EndsWith('/'))
        {
            // Without a match of its own the rule takes every path, and "/x" must become "/new/x", not "/newx".
            action.RegexRewrite = Substitution("^/", uri + "/");
        }
        else
        {
            action.PrefixRewrite = uri;
        }
    }

    private static RegexMatchAndSubstitute Substitution(string pattern, string replacement) =>
        new() { Pattern = new RegexMatcher { Regex = pattern }, Substitution = replacement };
}
