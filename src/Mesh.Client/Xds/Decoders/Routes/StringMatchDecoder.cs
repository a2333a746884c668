using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Matcher;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes the text conditions of matchers.</summary>
internal static class StringMatchDecoder
{
    /// <summary>The condition; null with an error when its kind is unknown or its pattern is not usable.</summary>
    public static StringMatch? Decode(StringMatcher matcher, DecodeErrors errors) => matcher.MatchPatternCase switch
    {
        StringMatcher.MatchPatternOneofCase.Exact => new(StringMatchKind.Exact, matcher.Exact, matcher.IgnoreCase),
        StringMatcher.MatchPatternOneofCase.Prefix => Part(StringMatchKind.Prefix, matcher.Prefix, matcher.IgnoreCase, errors),
        StringMatcher.MatchPatternOneofCase.Suffix => Part(StringMatchKind.Suffix, matcher.Suffix, matcher.IgnoreCase, errors),
        StringMatcher.MatchPatternOneofCase.Contains => Part(StringMatchKind.Contains, matcher.Contains, matcher.IgnoreCase, errors),
        StringMatcher.MatchPatternOneofCase.SafeRegex => Regex(matcher.SafeRegex, errors),
        _ => Unknown(errors),
    };

    /// <summary>A part of the text; the empty part would match everything, which no control plane means.</summary>
    public static StringMatch? Part(StringMatchKind kind, string value, bool ignoreCase, DecodeErrors errors)
    {
        if (value.Length > 0)
        {
            return new(kind, value, ignoreCase);
        }

        errors.Add($"{kind} match with an empty text");
        return null;
    }

    /// <summary>ignore_case does not apply to regular expressions (string.proto).</summary>
    public static StringMatch? Regex(RegexMatcher matcher, DecodeErrors errors)
    {
        if (Re2Pattern.Validate(matcher.Regex) is { } reason)
        {
            errors.Add(reason);
            return null;
        }

        return new(StringMatchKind.Regex, matcher.Regex, IgnoreCase: false);
    }

    private static StringMatch? Unknown(DecodeErrors errors)
    {
        errors.Add("string match of an unknown kind");
        return null;
    }
}
