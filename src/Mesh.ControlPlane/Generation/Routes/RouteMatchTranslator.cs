using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes.Matching;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns the conditions on a request into Envoy's.</summary>
internal static class RouteMatchTranslator
{
    private const string AnyPath = "/";

    /// <param name="context">The client.</param>
    /// <param name="match">Null takes everything.</param>
    /// <param name="bySegments">Whether prefixes are of whole segments, as the Gateway API has them.</param>
    public static RouteMatch Translate(GenerationContext context, HTTPMatchRequest? match, bool bySegments = false)
    {
        var result = new RouteMatch { Prefix = AnyPath };
        if (match is null)
        {
            return result;
        }

        SetPath(result, match);
        if (bySegments && match.Uri is { HasPrefix: true, Prefix: not AnyPath })
        {
            SetSegments(context, result, match.Uri.Prefix.TrimEnd('/'));
        }

        AddHeaders(context, result, match);
        foreach (var (name, value) in match.QueryParams.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            result.QueryParameters.Add(QueryParameter(name, value));
        }

        return result;
    }

    /// <summary>Whether a match takes every request.</summary>
    public static bool IsCatchAll(RouteMatch match) =>
        match.Headers.Count == 0
        && match.DynamicMetadata.Count == 0
        && match.QueryParameters.Count == 0
        && match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix is AnyPath or "",
            RouteMatch.PathSpecifierOneofCase.SafeRegex => match.SafeRegex.Regex is ".*" or "*",
            _ => false,
        };

    private static void SetPath(RouteMatch result, HTTPMatchRequest match)
    {
        switch (match.Uri?.MatchTypeCase)
        {
            case StringMatch.MatchTypeOneofCase.Exact:
                result.Path = match.Uri.Exact;
                break;
            case StringMatch.MatchTypeOneofCase.Prefix:
                result.Prefix = match.Uri.Prefix;
                break;
            case StringMatch.MatchTypeOneofCase.Regex:
                result.SafeRegex = new RegexMatcher { Regex = match.Uri.Regex };
                break;
        }

        // Envoy and gRPC know case only for plain text; a regular expression says it itself.
        if (match.IgnoreUriCase && match.Uri is { MatchTypeCase: not StringMatch.MatchTypeOneofCase.Regex })
        {
            result.CaseSensitive = false;
        }
    }

    private static void SetSegments(GenerationContext context, RouteMatch result, string prefix)
    {
        if (!context.IsProxylessGrpc)
        {
            result.PathSeparatedPrefix = prefix;
        }
        else if (prefix.AsSpan(1).Contains('/'))
        {
            // gRPC's own clients do not know it, and every path of theirs has two segments.
            result.Path = prefix;
        }
        else
        {
            result.Prefix = prefix + AnyPath;
        }
    }

    private static void AddHeaders(GenerationContext context, RouteMatch result, HTTPMatchRequest match)
    {
        Add(":method", match.Method);
        Add(":authority", match.Authority);
        Add(":scheme", match.Scheme);
        foreach (var (name, value) in match.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (ClaimMatchTranslator.Translate(name, value, invert: false) is { } claim)
            {
                result.DynamicMetadata.Add(claim);
            }
            else
            {
                result.Headers.Add(HeaderMatchTranslator.Translate(name, value, context.Client.Kind));
            }
        }

        foreach (var (name, value) in match.WithoutHeaders.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (ClaimMatchTranslator.Translate(name, value, invert: true) is { } claim)
            {
                result.DynamicMetadata.Add(claim);
            }
            else
            {
                result.Headers.Add(HeaderMatchTranslator.TranslateWithout(name, value, context.Client.Kind));
            }
        }

        void Add(string name, StringMatch? value)
        {
            if (value is not null)
            {
                result.Headers.Add(HeaderMatchTranslator.Translate(name, value, context.Client.Kind));
            }
        }
    }

    private static QueryParameterMatcher QueryParameter(string name, StringMatch value) =>
        StringMatchTranslator.IsPresence(value)
            ? new QueryParameterMatcher { Name = name, PresentMatch = true }
            : new QueryParameterMatcher { Name = name, StringMatch = StringMatchTranslator.Translate(value) };
}
