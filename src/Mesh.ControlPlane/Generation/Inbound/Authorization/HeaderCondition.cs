using System.Text;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Makes conditions on header values in the form that the kind of server reads.</summary>
internal static class HeaderCondition
{
    private const string SpecialInRegex = @"\.+*?()|[]{}^$";

    /// <summary>Null for a header that the kind of server refuses to look at.</summary>
    public static HeaderMatcher? Matcher(RuleScope scope, string name, string value, bool ignoreCase = false)
    {
        var matcher = new HeaderMatcher { Name = name.ToLowerInvariant() };
        if (scope.IsProxylessGrpc && (matcher.Name == ":scheme" || matcher.Name.StartsWith("grpc-", StringComparison.Ordinal)))
        {
            // gRFC A41: a server that finds one refuses its whole listener.
            return null;
        }

        if (value == ValuePattern.Presence)
        {
            matcher.PresentMatch = true;
        }
        else if (scope.IsProxylessGrpc)
        {
            SetOldForm(matcher, ValuePattern.Of(value), ignoreCase);
        }
        else
        {
            matcher.StringMatch = ValuePattern.Of(value);
            matcher.StringMatch.IgnoreCase = ignoreCase;
        }

        return matcher;
    }

#pragma warning disable CS0612 // gRPC C-core before 1.52 refuses string_match and reads only the deprecated forms.
    private static void SetOldForm(HeaderMatcher matcher, StringMatcher value, bool ignoreCase)
    {
        switch (value.MatchPatternCase)
        {
            case var form when ignoreCase:
                // The old forms have no word for it. Quoted, the text stands for itself alone.
                matcher.SafeRegexMatch = new RegexMatcher { Regex = "(?i)" + Quoted(value, form) };
                break;
            case StringMatcher.MatchPatternOneofCase.Prefix:
                matcher.PrefixMatch = value.Prefix;
                break;
            case StringMatcher.MatchPatternOneofCase.Suffix:
                matcher.SuffixMatch = value.Suffix;
                break;
            default:
                matcher.ExactMatch = value.Exact;
                break;
        }
    }
#pragma warning restore CS0612

    private static string Quoted(StringMatcher value, StringMatcher.MatchPatternOneofCase form) => form switch
    {
        StringMatcher.MatchPatternOneofCase.Prefix => Quote(value.Prefix) + ".*",
        StringMatcher.MatchPatternOneofCase.Suffix => ".*" + Quote(value.Suffix),
        _ => Quote(value.Exact),
    };

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            quoted.Append(SpecialInRegex.Contains(character, StringComparison.Ordinal) ? "\\" : "").Append(character);
        }

        return quoted.ToString();
    }
}
