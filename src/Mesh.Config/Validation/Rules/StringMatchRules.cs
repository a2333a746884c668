using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.Rules;

/// <summary>Exact, prefix and regex matchers.</summary>
internal static class StringMatchRules
{
    public const int LongestRegex = 1024;

    /// <param name="scope">The field that holds the matcher.</param>
    /// <param name="match">Unset is fine.</param>
    /// <param name="emptyPrefixAllowed">Only a path may have the empty prefix.</param>
    public static void Check(FieldScope scope, StringMatch? match, bool emptyPrefixAllowed = false)
    {
        switch (match?.MatchTypeCase)
        {
            case StringMatch.MatchTypeOneofCase.Prefix:
                scope.Field("prefix").Require(emptyPrefixAllowed || match.Prefix.Length > 0, "the prefix must not be empty");
                break;
            case StringMatch.MatchTypeOneofCase.Regex:
                Regex(scope.Field("regex"), match.Regex);
                break;
        }
    }

    public static void Regex(FieldScope scope, string pattern)
    {
        if (pattern.Length is 0 or > LongestRegex)
        {
            scope.Error($"the regular expression must have 1 to {LongestRegex} characters, found {pattern.Length}");
        }
        else if (Re2Syntax.FindError(pattern) is { } error)
        {
            scope.Error($"the regular expression is not valid RE2: {error}");
        }
    }
}
