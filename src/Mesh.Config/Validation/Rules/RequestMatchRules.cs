using Mesh.Config.Extensions;

namespace Mesh.Config.Validation.Rules;

/// <summary>Conditions on requests, as the mesh's own kinds state them.</summary>
internal static class RequestMatchRules
{
    private const int MostMatches = 64;

    /// <param name="scope">The rule that has the matches.</param>
    /// <param name="matches">Its field <c>match</c>.</param>
    /// <param name="knowsConsumer">Whether it is known by then whose key the request bears.</param>
    public static void Check(FieldScope scope, IReadOnlyList<RateLimit.Types.Match> matches, bool knowsConsumer = true)
    {
        scope.Field("match").Require(matches.Count <= MostMatches, $"at most {MostMatches} matches, found {matches.Count}");
        scope.Each("match", matches, (item, match) =>
        {
            Check(item, match);
            item.Field("plans").Require(knowsConsumer || match.Plans.Count == 0, "whose request it is is not known before its key is; say it in consumers or plans of the rule");
        });
    }

    private static void Check(FieldScope scope, RateLimit.Types.Match match)
    {
        scope.Require(match.CalculateSize() > 0, "an empty match; leave match out to take every request");
        StringMatchRules.Check(scope.Field("uri"), match.Uri, emptyPrefixAllowed: true);
        scope.Each("methods", match.Methods, static (item, method) =>
            item.Require(method.Length > 0 && method.All(char.IsAsciiLetterUpper), $"expected a method in upper case, found \"{method}\""));
        scope.Each("hosts", match.Hosts, static (item, host) =>
            item.Require(DnsNames.IsWildcardDomain(host), $"expected a host such as api.example.com or *.example.com, without a port, found \"{host}\""));
        scope.Each("plans", match.Plans, static (item, plan) => item.Require(DnsNames.IsObjectName(plan), $"expected the name of an ApiPlan, found \"{plan}\""));
        foreach (var (name, value) in match.Headers)
        {
            var header = scope.Entry("headers", name);
            header.Require(name.Length > 0 && !name.Any(char.IsAsciiLetterUpper), "expected the header's name in lower case");
            StringMatchRules.Check(header, value);
        }
    }
}
