using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using CountedValue = Mesh.Config.Extensions.RateLimit.Types.CountedValue;
using Rule = Mesh.Config.Extensions.RateLimit.Types.Rule;

namespace Mesh.Config.Validation.RateLimits;

/// <summary>Rules for RateLimit.</summary>
internal sealed class RateLimitValidator() : SpecValidator<RateLimit>(ResourceKinds.RateLimit)
{
    private const int MostRules = 512;
    private const int MostCountedValues = 16;
    private const uint MostBuckets = 1_000_000;

    protected override void Validate(FieldScope scope, RateLimit spec, Resource resource)
    {
        scope.Field("rules").Require(spec.Rules.Count is > 0 and <= MostRules, $"expected 1 to {MostRules} rules, found {spec.Rules.Count}");
        RuleNames.Check(scope, "rules", spec.Rules, static rule => rule.Name);
        scope.Each("rules", spec.Rules, Check);
    }

    private static void Check(FieldScope scope, Rule rule)
    {
        RequestMatchRules.Check(scope, rule.Match);
        scope.Field("by").Require(rule.By.Count <= MostCountedValues, $"at most {MostCountedValues} values, found {rule.By.Count}");
        scope.Each("by", rule.By, Check);
        scope.Field("maxBuckets").Require(rule.MaxBuckets is null or (> 0 and <= MostBuckets), $"expected 1 to {MostBuckets}, found {rule.MaxBuckets}");
        switch (rule.LimitCase)
        {
            case Rule.LimitOneofCase.TokenBucket:
                LimitRules.Check(scope.Field("tokenBucket"), rule.TokenBucket);
                break;
            case Rule.LimitOneofCase.Quota:
                LimitRules.Check(scope.Field("quota"), rule.Quota);
                break;
            default:
                scope.Error("expected tokenBucket, counted by each process, or quota, counted by all together");
                break;
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
        scope.Require(isComplete, "expected one of header, principal, requestPrincipal, claim, remoteAddress, queryParameter, route, consumer, with its name where it has one");
    }
}
