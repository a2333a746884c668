using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Rbac;
using PatternCase = Mesh.Protocol.Envoy.Matcher.ValueMatcher.MatchPatternOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes conditions on what earlier filters found out: the claims of tokens.</summary>
internal static class MetadataDecoder
{
    public static MetadataCondition? Decode(SourcedMetadata metadata, DecodeErrors errors)
    {
        if (metadata.MetadataSource == MetadataSource.Dynamic)
        {
            return Decode(metadata.MetadataMatcher ?? new MetadataMatcher(), errors.In("metadata_matcher"));
        }

        errors.Add($"metadata_source: expected DYNAMIC, got {(int)metadata.MetadataSource}");
        return null;
    }

    public static MetadataCondition? Decode(MetadataMatcher matcher, DecodeErrors errors)
    {
        if (matcher.Filter.Length == 0 || matcher.Path.Count == 0 || matcher.Path.Any(segment => segment.Key.Length == 0))
        {
            errors.Add("expected a filter and a path of keys");
            return null;
        }

        return Value(matcher.Value ?? new ValueMatcher(), errors.In("value")) is { } value
            ? new MetadataCondition(matcher.Filter, [.. matcher.Path.Select(segment => segment.Key)], value, matcher.Invert)
            : null;
    }

    private static ValueMatch? Value(ValueMatcher matcher, DecodeErrors errors)
    {
        switch (matcher.MatchPatternCase)
        {
            case PatternCase.StringMatch:
                return StringMatchDecoder.Decode(matcher.StringMatch, errors) is { } text ? new ValueMatch(ValueMatchKind.Text) { Text = text } : null;
            case PatternCase.BoolMatch:
                return new ValueMatch(ValueMatchKind.Boolean) { Expected = matcher.BoolMatch };
            case PatternCase.PresentMatch:
                return new ValueMatch(ValueMatchKind.Present) { Expected = matcher.PresentMatch };
            case PatternCase.DoubleMatch when matcher.DoubleMatch.MatchPatternCase == DoubleMatcher.MatchPatternOneofCase.Exact:
                return new ValueMatch(ValueMatchKind.Number) { First = matcher.DoubleMatch.Exact, End = matcher.DoubleMatch.Exact };
            case PatternCase.DoubleMatch when matcher.DoubleMatch.MatchPatternCase == DoubleMatcher.MatchPatternOneofCase.Range:
                return new ValueMatch(ValueMatchKind.Number) { First = matcher.DoubleMatch.Range.Start, End = matcher.DoubleMatch.Range.End };
            case PatternCase.ListMatch when matcher.ListMatch.OneOf is { } item:
                return Value(item, errors.In("list_match.one_of")) is { } one ? new ValueMatch(ValueMatchKind.Item) { Matchers = [one] } : null;
            case PatternCase.OrMatch when matcher.OrMatch.ValueMatchers.Count > 0:
                var items = matcher.OrMatch.ValueMatchers.Select((other, index) => Value(other, errors.In("or_match", index)));
                return new ValueMatch(ValueMatchKind.Either) { Matchers = [.. items.OfType<ValueMatch>()] };
            default:
                errors.Add("value match of an unknown kind");
                return null;
        }
    }
}
