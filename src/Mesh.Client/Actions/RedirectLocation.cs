using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Client.Actions;

/// <summary>Computes the <c>location</c> of a redirect as Envoy does (<c>Http::Utility::newUri</c>).</summary>
internal static class RedirectLocation
{
    /// <param name="redirect">Null for a direct response whose status asks for a location: the request's own address.</param>
    /// <param name="rewriter">For <see cref="RedirectAction.Rewrite"/>.</param>
    /// <param name="scheme">The request's: <c>http</c> or <c>https</c>.</param>
    /// <param name="authority">The request's, as it was written.</param>
    /// <param name="pathAndQuery">The request's.</param>
    public static string Compute(RedirectAction? redirect, PathRewriter? rewriter, string scheme, string authority, string pathAndQuery)
    {
        var newScheme = redirect?.Scheme ?? scheme;
        var port = redirect?.Port is { } number ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "";
        var host = redirect?.Host ?? Host(authority, scheme, newScheme, port.Length > 0);
        return $"{newScheme}://{host}{port}{Path(redirect, rewriter, pathAndQuery)}";
    }

    /// <summary>The port goes where another is given, and where it says no more than the scheme that is left.</summary>
    private static string Host(string authority, string scheme, string newScheme, bool hasNewPort)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || colon < authority.LastIndexOf(']'))
        {
            return authority;
        }

        var port = authority.AsSpan(colon);
        var isDefault = newScheme != scheme && ((scheme == "https" && port is ":443") || (scheme == "http" && port is ":80"));
        return hasNewPort || isDefault ? authority[..colon] : authority;
    }

    private static string Path(RedirectAction? redirect, PathRewriter? rewriter, string pathAndQuery)
    {
        if (redirect?.Path is not { } path)
        {
            var rewritten = rewriter?.Rewrite(pathAndQuery) ?? pathAndQuery;
            return redirect?.StripQuery == true ? WithoutQuery(rewritten) : rewritten;
        }

        // A query of its own stays, whatever strip_query says.
        if (path.Contains('?', StringComparison.Ordinal) || redirect.StripQuery)
        {
            return path;
        }

        var query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? path : string.Concat(path, pathAndQuery.AsSpan(query));
    }

    private static string WithoutQuery(string path)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? path : path[..query];
    }
}
