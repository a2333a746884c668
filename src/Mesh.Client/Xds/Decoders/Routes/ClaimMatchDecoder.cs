using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Matcher;
using ValueCase = Mesh.Protocol.Envoy.Matcher.ValueMatcher.MatchPatternOneofCase;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes conditions on dynamic metadata, of which there is one kind here: the claims of a verified token, as istiod writes them for <c>@request.auth.claims</c>.</summary>
internal static class ClaimMatchDecoder
{
    // Where Envoy's filter puts the payload, and where Istio's own used to.
    private static readonly (string Filter, string Root)[] Places = [("envoy.filters.http.jwt_authn", "payload"), ("istio_authn", "request.auth.claims")];

    /// <summary>The condition; null with an error when it is on something else.</summary>
    public static ClaimMatch? Decode(MetadataMatcher matcher, DecodeErrors errors)
    {
        var path = matcher.Path.Select(static segment => segment.Key).ToImmutableArray();
        if (path.Length < 2 || path.Contains("") || !Places.Contains((matcher.Filter, path[0])))
        {
            errors.Add($"expected a claim ({string.Join(" or ", Places)}), got {matcher.Filter} {string.Join('.', path)}");
            return null;
        }

        if (!TryValue(matcher.Value, errors, out var value))
        {
            errors.In("value").Add("expected one text match, of the claim or of an element of its list");
            return null;
        }

        return new ClaimMatch(path.RemoveAt(0), value, matcher.Invert);
    }

    /// <summary>A text, an element of a list, or the same text for both.</summary>
    private static bool TryValue(ValueMatcher? matcher, DecodeErrors errors, out StringMatch? value)
    {
        value = null;
        switch (matcher?.MatchPatternCase)
        {
            case ValueCase.StringMatch:
                value = StringMatchDecoder.Decode(matcher.StringMatch, errors.In("value.string_match"));
                return value is not null;
            case ValueCase.ListMatch:
                return TryValue(matcher.ListMatch.OneOf, errors, out value);
            case ValueCase.PresentMatch:
                return matcher.PresentMatch;
            case ValueCase.OrMatch when matcher.OrMatch.ValueMatchers.Count > 0:
                var all = matcher.OrMatch.ValueMatchers.Select(part => TryValue(part, errors, out var match) ? match : null).Distinct().ToArray();
                value = all[0];
                return all is [not null];
            default:
                return false;
        }
    }
}
