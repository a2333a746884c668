using Google.Protobuf;
using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Warns of rules and matches that an earlier rule always wins over, in Istio's words (IST0130 and IST0131).</summary>
internal static class RouteReachability
{
    private const string UnreachableCode = "IST0130";
    private const string IneffectiveCode = "IST0131";

    public static void Check(FieldScope scope, VirtualService routes)
    {
        CheckRules(scope, "http", [.. routes.Http.Select((rule, index) => (NameOf(rule.Name, index), Matches(rule)))]);
        CheckPrefixes(scope, routes.Http);
        CheckRules(scope, "tcp", [.. routes.Tcp.Select((rule, index) => (NameOf("", index), Matches(rule.Match)))]);
        CheckRules(scope, "tls", [.. routes.Tls.Select((rule, index) => (NameOf("", index), Matches(rule.Match)))]);
    }

    private static void CheckRules(FieldScope scope, string field, (string Name, (string Name, IMessage Match)[] Matches)[] rules)
    {
        var seen = new Dictionary<IMessage, int>();
        var hasCatchAll = false;
        for (var index = 0; index < rules.Length; index++)
        {
            var (name, matches) = rules[index];
            var rule = scope.Item(field, index);
            if (hasCatchAll)
            {
                rule.Warning(Unreachable(name, matches.Length == 0 ? "only the last rule can have no matches" : "route without matches defined before"), UnreachableCode);
                continue;
            }

            hasCatchAll = matches.Length == 0;
            var duplicates = 0;
            for (var position = 0; position < matches.Length; position++)
            {
                if (!seen.TryAdd(matches[position].Match, index))
                {
                    duplicates++;
                    rule.Item("match", position).Warning(Ineffective(name, matches[position].Name, rules[seen[matches[position].Match]].Name), IneffectiveCode);
                }
            }

            if (duplicates > 0 && duplicates == matches.Length)
            {
                rule.Warning(Unreachable(name, "all matches used by prior rules"), UnreachableCode);
            }
        }
    }

    /// <summary>Path prefixes that begin with an earlier one, all else being as narrow.</summary>
    private static void CheckPrefixes(FieldScope scope, RepeatedField<HTTPRoute> rules)
    {
        var known = new Dictionary<string, List<PrefixMatch>>(StringComparer.Ordinal);
        var byText = known.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var narrow in PrefixesOf(rules))
        {
            // What is wider is a beginning of the prefix: there are as many as it has characters.
            for (var length = 1; length < narrow.Prefix.Length; length++)
            {
                foreach (var wide in byText.TryGetValue(narrow.Prefix.AsSpan(0, length), out var found) ? found : [])
                {
                    if (wide.Covers(narrow))
                    {
                        scope.Item("http", narrow.Rule).Item("match", narrow.Position).Warning(
                            Ineffective(narrow.RuleName, $"{narrow.Name} of prefix {narrow.Prefix}", $"{wide.Name} of prefix {wide.Prefix} on {wide.RuleName}"),
                            IneffectiveCode);
                    }
                }
            }

            if (!known.TryAdd(narrow.Prefix, [narrow]))
            {
                known[narrow.Prefix].Add(narrow);
            }
        }
    }

    /// <summary>The matches on prefixes that are not already known to be of no use.</summary>
    private static IEnumerable<PrefixMatch> PrefixesOf(RepeatedField<HTTPRoute> rules) => (
        from rule in rules.TakeWhile(route => route.Match.Count > 0).Select((route, index) => (Route: route, Index: index))
        from match in rule.Route.Match.Select((request, index) => (Request: request, Index: index))
        where match.Request.Uri is { MatchTypeCase: StringMatch.MatchTypeOneofCase.Prefix, Prefix.Length: > 0 }
        select new PrefixMatch(rule.Index, match.Index, NameOf(rule.Route.Name, rule.Index), NameOf(match.Request.Name, match.Index), match.Request))
        .DistinctBy(prefix => Unnamed(prefix.Match));

    private static (string Name, IMessage Match)[] Matches(HTTPRoute rule) => [.. rule.Match.Select((match, index) => (NameOf(match.Name, index), (IMessage)Unnamed(match)))];

    private static (string Name, IMessage Match)[] Matches<T>(RepeatedField<T> matches)
        where T : IMessage => [.. matches.Select((match, index) => (NameOf("", index), (IMessage)match))];

    /// <summary>A name does not change what matches.</summary>
    private static HTTPMatchRequest Unnamed(HTTPMatchRequest match)
    {
        if (match.Name.Length == 0)
        {
            return match;
        }

        var copy = match.Clone();
        copy.Name = "";
        return copy;
    }

    private static string NameOf(string name, int index) => name.Length > 0 ? $"\"{name}\"" : $"#{index}";

    private static string Unreachable(string rule, string reason) => $"VirtualService rule {rule} not used ({reason}).";

    private static string Ineffective(string rule, string match, string other) =>
        $"VirtualService rule {rule} match {match} is not used (duplicate/overlapping match in rule {other}).";
}
