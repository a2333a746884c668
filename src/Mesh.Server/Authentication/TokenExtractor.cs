using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authentication;

/// <summary>Finds the tokens of a request: all that the application could take for one, not only the first.</summary>
internal static class TokenExtractor
{
    /// <summary>More tokens than this are refused: each costs a signature.</summary>
    public const int MaxTokens = 8;

    /// <summary>The tokens, at most one more than <see cref="MaxTokens"/>.</summary>
    public static List<PresentedToken> Find(HttpRequest request, ImmutableArray<TokenPlace> places)
    {
        var found = new List<PresentedToken>(1);
        foreach (var place in places)
        {
            foreach (var text in place.Kind switch
            {
                TokenPlaceKind.Header => InHeader(request, place),
                TokenPlaceKind.Parameter => request.QueryString.HasValue ? request.Query[place.Name].OfType<string>() : [],
                _ => InCookies(request, place.Name),
            })
            {
                if (found.Count <= MaxTokens)
                {
                    found.Add(new PresentedToken(place, text));
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> InHeader(HttpRequest request, TokenPlace place)
    {
        foreach (var value in request.Headers[place.Name])
        {
            if (value is not null && AfterPrefix(value, place.Prefix) is { } token)
            {
                yield return token;
            }
        }
    }

    /// <summary>
    /// The text behind the prefix; null when the value begins with something else. A prefix in another case or with other blanks is no token to Envoy,
    /// but it is one to many applications (RFC 9110 11.1): it is handed on with its prefix, and is refused as no token.
    /// </summary>
    private static string? AfterPrefix(string value, string prefix)
    {
        if (value.StartsWith(prefix, StringComparison.Ordinal))
        {
            return prefix.EndsWith(' ') ? value[prefix.Length..].TrimStart(' ') : value[prefix.Length..];
        }

        var scheme = prefix.AsSpan().Trim();
        var rest = value.AsSpan().TrimStart();
        var isNear = rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && (rest.Length == scheme.Length || !char.IsAsciiLetterOrDigit(rest[scheme.Length]));
        return isNear ? value : null;
    }

    /// <summary>Read here, as ASP.NET Core keeps only one of several cookies of a name.</summary>
    private static IEnumerable<string> InCookies(HttpRequest request, string name)
    {
        foreach (var cookie in request.Headers.Cookie.SelectMany(static line => line?.Split(';') ?? []))
        {
            var equals = cookie.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && cookie.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                var value = cookie[(equals + 1)..].Trim();
                yield return value is ['"', .. var quoted, '"'] ? quoted : value;
            }
        }
    }
}
