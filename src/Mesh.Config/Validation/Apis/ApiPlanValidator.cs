using Mesh.Config.Extensions;
using Mesh.Config.Validation.RateLimits;
using Mesh.Config.Validation.Rules;
using Limit = Mesh.Config.Extensions.ApiPlan.Types.Limit;

namespace Mesh.Config.Validation.Apis;

/// <summary>Rules for ApiPlan.</summary>
internal sealed class ApiPlanValidator() : SpecValidator<ApiPlan>(ResourceKinds.ApiPlan)
{
    private const int MostLimits = 16;

    protected override void Validate(FieldScope scope, ApiPlan spec, Resource resource)
    {
        ValueRules.Count(scope.Field("limits"), spec.Limits.Count, 1, MostLimits);
        RuleNames.Check(scope, "limits", spec.Limits, static limit => limit.Name);
        scope.Each("limits", spec.Limits, Check);
    }

    private static void Check(FieldScope scope, Limit limit)
    {
        RequestMatchRules.Check(scope, limit.Match);
        scope.Each("match", limit.Match, static (item, match) => item.Field("plans").Require(match.Plans.Count == 0, "a plan's limits are for its own consumers alone"));
        switch (limit.LimitCase)
        {
            case Limit.LimitOneofCase.TokenBucket:
                LimitRules.Check(scope.Field("tokenBucket"), limit.TokenBucket);
                break;
            case Limit.LimitOneofCase.Quota:
                LimitRules.Check(scope.Field("quota"), limit.Quota);
                break;
            default:
                scope.Error("expected tokenBucket, counted by each process, or quota, counted by all together");
                break;
        }
    }
}
