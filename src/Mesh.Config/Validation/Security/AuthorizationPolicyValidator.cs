using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Annotations;
using Action = Mesh.Config.Istio.Security.AuthorizationPolicy.Types.Action;

namespace Mesh.Config.Validation.Security;

/// <summary>Istio's rules for AuthorizationPolicy.</summary>
internal sealed class AuthorizationPolicyValidator() : SpecValidator<AuthorizationPolicy>(ResourceKinds.AuthorizationPolicy)
{
    private const int MostRules = 512;

    protected override void Validate(FieldScope scope, AuthorizationPolicy spec, Resource resource)
    {
        PolicyTargetRules.Check(scope, spec.Selector, spec.TargetRef, spec.TargetRefs);
        DryRun(scope with { Path = $"metadata.annotations[{DryRunAnnotation.Name}]" }, spec, resource);
        scope.Field("rules").Require(spec.Rules.Count <= MostRules, $"at most {MostRules} rules, found {spec.Rules.Count}");
        scope.Field("rules").Require(
            spec.Rules.Count > 0 || spec.Action is not (Action.Deny or Action.Custom),
            $"{Name(spec.Action)} without rules never happens; add an empty rule {{}} to have it for every request");
        Provider(scope.Field("provider"), spec);
        var pathsAreRoutes = MatchPathsAnnotation.IsRoute(resource.Annotations);
        scope.Each("rules", spec.Rules, (item, rule) =>
        {
            RuleRules.Check(item, rule, pathsAreRoutes);
            if (spec.Action == Action.Custom)
            {
                CustomActionRules.Check(item, rule);
            }
            else if (spec.Action == Action.Deny && HttpAttributeRules.AreAlone(rule))
            {
                item.Warning("the rule names HTTP attributes only: at TCP ports, where there are none, it denies everything; name the ports it is for");
            }
        });
    }

    private static void Provider(FieldScope scope, AuthorizationPolicy spec)
    {
        if (spec.Action == Action.Custom)
        {
            scope.Field("name").Require(spec.Provider is { Name.Length: > 0 }, "CUSTOM needs the name of an extension provider of the mesh configuration");
        }
        else
        {
            scope.Require(spec.Provider is null, $"only CUSTOM has a provider, the action is {Name(spec.Action)}");
        }
    }

    private static void DryRun(FieldScope scope, AuthorizationPolicy spec, Resource resource)
    {
        if (resource.Annotations.TryGetValue(DryRunAnnotation.Name, out var text))
        {
            scope.Require(spec.Action is Action.Allow or Action.Deny, $"only ALLOW and DENY can be tried dry, the action is {Name(spec.Action)}");
            scope.Require(DryRunAnnotation.Parse(text) is not null, $"expected \"true\" or \"false\", found \"{text}\"");
        }
    }

    private static string Name(Action action) => action.ToString().ToUpperInvariant();
}
