using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Route;
using SpecifierCase = Mesh.Protocol.Envoy.Route.HeaderMatcher.HeaderMatchSpecifierOneofCase;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes header conditions, old forms (<c>exact_match</c>, which istiod and old clients use) and new (<c>string_match</c>).</summary>
internal static class HeaderMatchDecoder
{
    /// <summary>The condition; null with an error when it cannot be evaluated.</summary>
    public static HeaderMatch? Decode(HeaderMatcher matcher, DecodeErrors errors)
    {
        if (matcher.Name.Length == 0)
        {
            errors.Add("header match without a name");
            return null;
        }

        if (matcher.Name[0] == '@')
        {
            // Claims of a token come as dynamic_metadata: as a header they would be anybody's to write.
            errors.Add($"'{matcher.Name}' is not the name of a header");
            return null;
        }

        var kind = matcher.HeaderMatchSpecifierCase switch
        {
            SpecifierCase.PresentMatch => HeaderMatchKind.Present,
            SpecifierCase.RangeMatch => HeaderMatchKind.Range,
            _ => HeaderMatchKind.Value,
        };
        var match = new HeaderMatch(Lower(matcher.Name), kind, matcher.InvertMatch)
        {
            Present = matcher.PresentMatch || kind != HeaderMatchKind.Present,
            TreatMissingAsEmpty = matcher.TreatMissingHeaderAsEmpty,
        };
        switch (kind)
        {
            case HeaderMatchKind.Present:
                return match;
            case HeaderMatchKind.Range:
                return match with { RangeStart = matcher.RangeMatch.Start, RangeEnd = matcher.RangeMatch.End };
            default:
                var value = Value(matcher, errors);
                return value is null ? null : match with { Value = value };
        }
    }

    private static StringMatch? Value(HeaderMatcher matcher, DecodeErrors errors)
    {
#pragma warning disable CS0612 // Deprecated forms are what istiod and the clients of gRPC up to A63 speak.
        switch (matcher.HeaderMatchSpecifierCase)
        {
            case SpecifierCase.ExactMatch:
                return new(StringMatchKind.Exact, matcher.ExactMatch, IgnoreCase: false);
            case SpecifierCase.PrefixMatch:
                return StringMatchDecoder.Part(StringMatchKind.Prefix, matcher.PrefixMatch, ignoreCase: false, errors);
            case SpecifierCase.SuffixMatch:
                return StringMatchDecoder.Part(StringMatchKind.Suffix, matcher.SuffixMatch, ignoreCase: false, errors);
            case SpecifierCase.ContainsMatch:
                return StringMatchDecoder.Part(StringMatchKind.Contains, matcher.ContainsMatch, ignoreCase: false, errors);
            case SpecifierCase.SafeRegexMatch:
                return StringMatchDecoder.Regex(matcher.SafeRegexMatch, errors);
            case SpecifierCase.StringMatch:
                return StringMatchDecoder.Decode(matcher.StringMatch, errors);
            default:
                // Presence would be Envoy's reading of "nothing set", but a kind newer than this version looks the same.
                errors.Add($"header match '{matcher.Name}' of an unknown kind");
                return null;
        }
#pragma warning restore CS0612
    }

#pragma warning disable CA1308 // HTTP/2 field names are lower case (RFC 9113 8.2.1).
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
