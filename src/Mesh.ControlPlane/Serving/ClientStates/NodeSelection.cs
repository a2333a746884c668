using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.ClientStates;

/// <summary>Which clients a question is about (envoy.type.matcher.v3.NodeMatcher): any of its matchers, each with all of its conditions; all clients when there is none.</summary>
internal sealed class NodeSelection
{
    private const int MaxMatchers = 100;
    private const int MaxPattern = 1_024;

    private readonly IReadOnlyList<NodeMatcher> _matchers;
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    public NodeSelection(IReadOnlyList<NodeMatcher> matchers)
    {
        if (matchers.Count > MaxMatchers)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"node_matchers: at most {MaxMatchers}, got {matchers.Count}.");
        }

        _matchers = matchers;
    }

    public bool Includes(Node node) => _matchers.Count == 0 || _matchers.Any(matcher => Matches(matcher, node));

    private bool Matches(NodeMatcher matcher, Node node) =>
        (matcher.NodeId is null || Matches(matcher.NodeId, node.Id)) && matcher.NodeMetadatas.All(metadata => Matches(metadata, node.Metadata));

    private bool Matches(StructMatcher matcher, Struct? metadata)
    {
        var value = metadata is null ? null : Value.ForStruct(metadata);
        foreach (var segment in matcher.Path)
        {
            value = value?.StructValue?.Fields.TryGetValue(segment.Key, out var field) == true ? field : null;
        }

        return Matches(matcher.Value ?? throw Missing("value"), value);
    }

    private bool Matches(ValueMatcher matcher, Value? value) => matcher.MatchPatternCase switch
    {
        ValueMatcher.MatchPatternOneofCase.PresentMatch => value is not null == matcher.PresentMatch,
        ValueMatcher.MatchPatternOneofCase.StringMatch => value is { KindCase: Value.KindOneofCase.StringValue } && Matches(matcher.StringMatch, value.StringValue),
        ValueMatcher.MatchPatternOneofCase.BoolMatch => value is { KindCase: Value.KindOneofCase.BoolValue } && value.BoolValue == matcher.BoolMatch,
        ValueMatcher.MatchPatternOneofCase.DoubleMatch => value is { KindCase: Value.KindOneofCase.NumberValue } && Matches(matcher.DoubleMatch, value.NumberValue),
        ValueMatcher.MatchPatternOneofCase.ListMatch => value?.ListValue?.Values.Any(item => Matches(matcher.ListMatch.OneOf ?? throw Missing("one_of"), item)) == true,
        ValueMatcher.MatchPatternOneofCase.OrMatch => matcher.OrMatch.ValueMatchers.Any(part => Matches(part, value)),
        _ => throw Missing("match_pattern"),
    };

    private static bool Matches(DoubleMatcher matcher, double value) =>
        matcher.Range is { } range ? value >= range.Start && value < range.End : value.Equals(matcher.Exact);

    private bool Matches(StringMatcher matcher, string text)
    {
        var comparison = matcher.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return matcher.MatchPatternCase switch
        {
            StringMatcher.MatchPatternOneofCase.Exact => text.Equals(matcher.Exact, comparison),
            StringMatcher.MatchPatternOneofCase.Prefix => text.StartsWith(matcher.Prefix, comparison),
            StringMatcher.MatchPatternOneofCase.Suffix => text.EndsWith(matcher.Suffix, comparison),
            StringMatcher.MatchPatternOneofCase.Contains => text.Contains(matcher.Contains, comparison),
            StringMatcher.MatchPatternOneofCase.SafeRegex => Pattern(matcher.SafeRegex.Regex).IsMatch(text),
            _ => throw Missing("match_pattern"),
        };
    }

    private Regex Pattern(string pattern)
    {
        if (_patterns.TryGetValue(pattern, out var known))
        {
            return known;
        }

        if (pattern.Length > MaxPattern)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"node_matchers: a regular expression may have {MaxPattern} characters, got {pattern.Length}.");
        }

        try
        {
            return _patterns[pattern] = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"node_matchers: '{pattern}' is no regular expression: {exception.Message}", exception);
        }
    }

    private static GrpcException Missing(string field) => new(GrpcStatusCode.InvalidArgument, $"node_matchers: expected {field} to be set in every matcher.");
}
