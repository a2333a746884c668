using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRDs of TCPRoute and UDPRoute.</summary>
internal sealed class L4RouteValidator(ResourceKind kind) : SpecValidator<L4RouteSpec>(kind)
{
    public static void Rules(FieldScope scope, RepeatedField<L4RouteRule> rules, int most)
    {
        ValueRules.Count(scope.Field("rules"), rules.Count, 1, most);
        RouteRules.Names(scope, [.. rules.Select(rule => rule.Name)]);
        scope.Each("rules", rules, static (item, rule) =>
        {
            ValueRules.Count(item.Field("backendRefs"), rule.BackendRefs.Count, 1, RouteRules.MostBackends);
            item.Each("backendRefs", rule.BackendRefs, static (field, backend) =>
            {
                ReferenceRules.Backend(field, backend.Group, backend.Kind, backend.Name, backend.HasNamespace ? backend.Namespace : null, backend.HasPort ? backend.Port : null);
                ReferenceRules.Weight(field, backend.Weight);
            });
        });
    }

    protected override void Validate(FieldScope scope, L4RouteSpec spec, Resource resource)
    {
        ReferenceRules.Parents(scope, spec.ParentRefs);
        RouteRules.DefaultGateways(scope, spec.UseDefaultGateways);
        Rules(scope, spec.Rules, RouteRules.MostRules);
    }
}
