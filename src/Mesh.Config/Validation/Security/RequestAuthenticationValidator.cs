using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>Istio's rules for RequestAuthentication.</summary>
internal sealed class RequestAuthenticationValidator() : SpecValidator<RequestAuthentication>(ResourceKinds.RequestAuthentication)
{
    private const int MostRules = 4_096;

    protected override void Validate(FieldScope scope, RequestAuthentication spec, Resource resource)
    {
        PolicyTargetRules.Check(scope, spec.Selector, spec.TargetRef, spec.TargetRefs);
        scope.Field("jwtRules").Require(spec.JwtRules.Count <= MostRules, $"at most {MostRules} rules, found {spec.JwtRules.Count}");
        scope.Each("jwtRules", spec.JwtRules, JwtRuleRules.Check);
    }
}
