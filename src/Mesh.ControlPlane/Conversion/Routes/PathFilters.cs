using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns redirects and rewrites into those of a VirtualService.</summary>
internal static class PathFilters
{
    private const string FullPath = "ReplaceFullPath";
    private const string WholePath = "/.*";

    /// <param name="filter">The redirect.</param>
    /// <param name="match">The condition of the rule, of whose prefix a part of the path may be replaced.</param>
    /// <param name="isSecure">The request came over TLS.</param>
    public static HTTPRedirect Redirect(HTTPRequestRedirectFilter filter, HTTPMatchRequest? match, bool isSecure)
    {
        var result = new HTTPRedirect { Authority = filter.Hostname, Scheme = filter.Scheme, RedirectCode = (uint)filter.StatusCode };
        if (filter.HasPort)
        {
            result.Port = (uint)filter.Port;
        }
        else
        {
            // The scheme's own port where one is given, else the listener's, which nobody writes where it is the scheme's.
            result.DerivePort = filter.HasScheme || isSecure
                ? HTTPRedirect.Types.RedirectPortSelection.FromProtocolDefault
                : HTTPRedirect.Types.RedirectPortSelection.FromRequestPort;
        }

        if (filter.Path is { } path)
        {
            if (path.Type == FullPath)
            {
                result.Uri = path.ReplaceFullPath.Length > 0 ? path.ReplaceFullPath : "/";
            }
            else
            {
                result.PrefixRewrite = Prefix(path, match);
            }
        }

        return result;
    }

    /// <summary>Null when it changes nothing.</summary>
    public static HTTPRewrite? Rewrite(HTTPURLRewriteFilter filter, HTTPMatchRequest? match)
    {
        var result = new HTTPRewrite { Authority = filter.Hostname };
        switch (filter.Path?.Type)
        {
            case FullPath:
                // In a substitution a backslash would begin a group (RE2).
                var replacement = filter.Path.ReplaceFullPath.Replace(@"\", @"\\", StringComparison.Ordinal);
                result.UriRegexRewrite = new RegexRewrite { Match = WholePath, Rewrite = replacement.Length > 0 ? replacement : "/" };
                break;
            case not null:
                result.Uri = Prefix(filter.Path, match);
                break;
        }

        return result.Authority.Length > 0 || result.Uri.Length > 0 || result.UriRegexRewrite is not null ? result : null;
    }

    /// <summary>Prefixes are whole segments: what follows <c>/foo</c> begins with a slash, what follows <c>/</c> does not.</summary>
    private static string Prefix(HTTPPathModifier path, HTTPMatchRequest? match)
    {
        var replacement = path.ReplacePrefixMatch.TrimEnd('/');
        return replacement.Length == 0 || match?.Uri is null or { Prefix: "/" } ? replacement + "/" : replacement;
    }
}
