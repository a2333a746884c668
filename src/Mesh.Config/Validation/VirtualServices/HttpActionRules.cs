using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Rewrites, redirects and direct responses.</summary>
internal static class HttpActionRules
{
    private const int LargestBody = 1024 * 1024;
    private const int LargeBody = 100 * 1024;

    public static void Check(FieldScope scope, HTTPRoute route)
    {
        if (route.Rewrite is { } rewrite)
        {
            Rewrite(scope.Field("rewrite"), rewrite);
        }

        if (route.Redirect is { } redirect)
        {
            Redirect(scope.Field("redirect"), redirect, route);
        }

        if (route.DirectResponse is { } response)
        {
            Response(scope.Field("directResponse"), response);
        }
    }

    /// <summary>Envoy answers with any status of this range.</summary>
    public static void Status(FieldScope scope, long status) =>
        scope.Require(status is >= 200 and <= 600, $"the HTTP status must be between 200 and 599, found {status}");

    private static void Rewrite(FieldScope scope, HTTPRewrite rewrite)
    {
        scope.Require(rewrite.Uri.Length == 0 || rewrite.UriRegexRewrite is null, "use uri or uriRegexRewrite, not both");
        scope.Require(
            rewrite.Uri.Length > 0 || rewrite.UriRegexRewrite is not null || rewrite.Authority.Length > 0,
            "at least one of uri, uriRegexRewrite and authority is required");
        if (rewrite.UriRegexRewrite is { } regex)
        {
            StringMatchRules.Regex(scope.Field("uriRegexRewrite.match"), regex.Match);
            scope.Field("uriRegexRewrite.rewrite").Require(regex.Rewrite.Length > 0, "the substitution is required");
        }
    }

    private static void Redirect(FieldScope scope, HTTPRedirect redirect, HTTPRoute route)
    {
        scope.Require(redirect.Uri.Length == 0 || redirect.PrefixRewrite.Length == 0, "use uri or prefixRewrite, not both");
        scope.Field("prefixRewrite").Require(
            redirect.PrefixRewrite.Length == 0 || route.Match.All(match => match.Uri?.MatchTypeCase == StringMatch.MatchTypeOneofCase.Prefix),
            "prefixRewrite needs a uri prefix in every match of the rule");
        scope.Require(
            redirect.Uri.Length + redirect.PrefixRewrite.Length + redirect.Authority.Length + redirect.Scheme.Length > 0
            || redirect.RedirectPortCase != HTTPRedirect.RedirectPortOneofCase.None,
            "the redirect changes nothing: set uri, prefixRewrite, authority, port, derivePort or scheme");
        scope.Field("redirectCode").Require(redirect.RedirectCode is 0 or (>= 300 and <= 399), $"must be between 300 and 399, found {redirect.RedirectCode}");
        ValueRules.OneOf(scope.Field("scheme"), redirect.Scheme, "", "http", "https");
        if (redirect.RedirectPortCase == HTTPRedirect.RedirectPortOneofCase.Port)
        {
            ValueRules.Port(scope.Field("port"), redirect.Port);
        }
    }

    private static void Response(FieldScope scope, HTTPDirectResponse response)
    {
        Status(scope.Field("status"), response.Status);
        var size = response.Body?.SpecifierCase switch
        {
            HTTPBody.SpecifierOneofCase.String => System.Text.Encoding.UTF8.GetByteCount(response.Body.String),
            HTTPBody.SpecifierOneofCase.Bytes => response.Body.Bytes.Length,
            _ => 0,
        };
        scope.Field("body").Require(size <= LargestBody, $"the body has {size} bytes; at most {LargestBody} are allowed");
        if (size is > LargeBody and <= LargestBody)
        {
            scope.Field("body").Warning($"the body has {size} bytes; it is held in memory by every client");
        }
    }
}
