using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Warns of rules and matches that an earlier rule always wins over (Istio's IST0130 and IST0131).</summary>
internal static class RouteReachability
{
    public static void Check(FieldScope scope, IReadOnlyList<HTTPRoute> routes)
    {
        var seen = new List<(HTTPMatchRequest Match, int Route)>();
        int? catchAll = null;
        for (var index = 0; index < routes.Count; index++)
        {
            var rule = scope.Item("http", index);
            var matches = routes[index].Match;
            if (catchAll is { } earlier)
            {
                rule.Warning($"the rule is never reached: http[{earlier}] has no match and takes every request");
            }
            else if (matches.Count == 0)
            {
                catchAll = index;
            }
            else
            {
                CheckMatches(rule, matches, index, seen);
            }
        }
    }

    private static void CheckMatches(FieldScope rule, RepeatedField<HTTPMatchRequest> matches, int index, List<(HTTPMatchRequest Match, int Route)> seen)
    {
        var duplicates = 0;
        for (var position = 0; position < matches.Count; position++)
        {
            var match = Unnamed(matches[position]);
            var same = seen.FindIndex(other => other.Match.Equals(match));
            var wider = same >= 0 ? -1 : seen.FindIndex(other => Covers(other.Match, match));
            if (same >= 0)
            {
                duplicates++;
                rule.Item("match", position).Warning($"the match is already in http[{seen[same].Route}], which wins");
            }
            else if (wider >= 0)
            {
                rule.Item("match", position).Warning($"http[{seen[wider].Route}] has the prefix \"{seen[wider].Match.Uri.Prefix}\", which takes these requests first");
            }

            seen.Add((match, index));
        }

        if (duplicates == matches.Count)
        {
            rule.Warning("the rule is never reached: all its matches are in earlier rules");
        }
    }

    /// <summary>Names and statistics do not change what matches.</summary>
    private static HTTPMatchRequest Unnamed(HTTPMatchRequest match)
    {
        var copy = match.Clone();
        copy.Name = copy.StatPrefix = "";
        return copy;
    }

    /// <summary>Whether an earlier path prefix takes everything of a later one, all other conditions being the same.</summary>
    private static bool Covers(HTTPMatchRequest earlier, HTTPMatchRequest later)
    {
        if (earlier.Uri?.MatchTypeCase != StringMatch.MatchTypeOneofCase.Prefix
            || later.Uri?.MatchTypeCase != StringMatch.MatchTypeOneofCase.Prefix
            || !later.Uri.Prefix.StartsWith(earlier.Uri.Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var aligned = later.Clone();
        aligned.Uri = earlier.Uri;
        return aligned.Equals(earlier);
    }
}
