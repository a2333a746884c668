using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using CountedValue = Mesh.Config.Extensions.RateLimit.Types.CountedValue;
using Match = Mesh.Config.Extensions.RateLimit.Types.Match;
using Rule = Mesh.Config.Extensions.RateLimit.Types.Rule;

namespace Mesh.Config.Validation.RateLimits;

/// <summary>Rules for RateLimit.</summary>
internal sealed class RateLimitValidator() : SpecValidator<RateLimit>(ResourceKinds.RateLimit)
{
    private const int MostRules = 512;
    private const int MostCountedValues = 16;
    private const uint MostBuckets = 1_000_000;
    private const int LongestName = 63;

    private static readonly TimeSpan ShortestFill = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromHours(24);

    protected override void Validate(FieldScope scope, RateLimit spec, Resource resource)
    {
        scope.Field("rules").Require(spec.Rules.Count is > 0 and <= MostRules, $"expected 1 to {MostRules} rules, found {spec.Rules.Count}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("rules", spec.Rules, (item, rule) =>
        {
            item.Field("name").Require(IsName(rule.Name), $"expected 1 to {LongestName} characters a-z, 0-9, '-', found \"{rule.Name}\"");
            item.Field("name").Require(names.Add(rule.Name), $"\"{rule.Name}\" names another rule already");
            Check(item, rule);
        });
    }

    private static void Check(FieldScope scope, Rule rule)
    {
        scope.Each("match", rule.Match, Check);
        scope.Field("by").Require(rule.By.Count <= MostCountedValues, $"at most {MostCountedValues} values, found {rule.By.Count}");
        scope.Each("by", rule.By, Check);
        scope.Field("maxBuckets").Require(rule.MaxBuckets is null or (> 0 and <= MostBuckets), $"expected 1 to {MostBuckets}, found {rule.MaxBuckets}");
        switch (rule.LimitCase)
        {
            case Rule.LimitOneofCase.TokenBucket:
                Check(scope.Field("tokenBucket"), rule.TokenBucket);
                break;
            case Rule.LimitOneofCase.Quota:
                Check(scope.Field("quota"), rule.Quota);
                break;
            default:
                scope.Error("expected tokenBucket, counted by each process, or quota, counted by all together");
                break;
        }
    }

    private static void Check(FieldScope scope, Match match)
    {
        scope.Require(match.CalculateSize() > 0, "an empty match; leave match out to count every request");
        StringMatchRules.Check(scope.Field("uri"), match.Uri, emptyPrefixAllowed: true);
        scope.Each("methods", match.Methods, static (item, method) =>
            item.Require(method.Length > 0 && method.All(char.IsAsciiLetterUpper), $"expected a method in upper case, found \"{method}\""));
        foreach (var (name, value) in match.Headers)
        {
            var header = scope.Entry("headers", name);
            header.Require(name.Length > 0 && !name.Any(char.IsAsciiLetterUpper), "expected the header's name in lower case");
            StringMatchRules.Check(header, value);
        }
    }

    private static void Check(FieldScope scope, CountedValue counted)
    {
        var isComplete = counted.ValueCase switch
        {
            CountedValue.ValueOneofCase.None => false,
            CountedValue.ValueOneofCase.Header => counted.Header.Length > 0,
            CountedValue.ValueOneofCase.Claim => counted.Claim.Length > 0,
            CountedValue.ValueOneofCase.QueryParameter => counted.QueryParameter.Length > 0,
            _ => true,
        };
        scope.Require(isComplete, "expected one of header, principal, requestPrincipal, claim, remoteAddress, queryParameter, route, with its name where it has one");
    }

    private static void Check(FieldScope scope, RateLimit.Types.TokenBucket bucket)
    {
        scope.Field("maxTokens").Require(bucket.MaxTokens > 0, "expected more than zero");
        scope.Field("tokensPerFill").Require(bucket.TokensPerFill is null or > 0, "expected more than zero");
        scope.Field("fillInterval").Require(
            bucket.FillInterval is { } interval && interval.ToTimeSpan() >= ShortestFill, $"expected at least {ShortestFill.TotalMilliseconds}ms");
    }

    private static void Check(FieldScope scope, RateLimit.Types.Quota quota)
    {
        scope.Field("requests").Require(quota.Requests > 0, "expected more than zero");
        scope.Field("per").Require(
            quota.Per is null || (quota.Per.ToTimeSpan() is var period && period >= ShortestPeriod && period <= LongestPeriod),
            $"expected {ShortestPeriod.TotalSeconds}s to {LongestPeriod.TotalHours}h");
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
