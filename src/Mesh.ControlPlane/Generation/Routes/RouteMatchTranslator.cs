using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes.Matching;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns the conditions on a request into Envoy's.</summary>
internal static class RouteMatchTranslator
{
    private const string AnyPath = "/";

    public static RouteMatch Translate(GenerationContext context, HTTPMatchRequest? match)
    {
        var result = new RouteMatch { Prefix = AnyPath };
        if (match is null)
        {
            return result;
        }

        SetPath(result, match);
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
