using Google.Protobuf.Collections;
using Mesh.Config.Istio.Type;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Security;

/// <summary>Whom a policy is for: a selector of workloads or references to targets, not both.</summary>
internal static class PolicyTargetRules
{
    private const int MostTargets = 16;
    private const int MostLabels = 4_096;
    private const int LongestName = 253;

    private static readonly (string Group, string Kind)[] Kinds =
    [
        ("", "Service"), ("core", "Service"), ("networking.istio.io", "ServiceEntry"),
        ("gateway.networking.k8s.io", "Gateway"), ("gateway.networking.k8s.io", "GatewayClass"),
    ];

    public static void Check(FieldScope scope, WorkloadSelector? selector, PolicyTargetReference? target, RepeatedField<PolicyTargetReference> targets)
    {
        var ways = (selector is null ? 0 : 1) + (target is null ? 0 : 1) + (targets.Count > 0 ? 1 : 0);
        scope.Require(ways <= 1, "only one of selector, targetRef and targetRefs can be set");
        Selector(scope, selector);
        if (target is not null)
        {
            Target(scope.Field("targetRef"), target);
        }

        scope.Field("targetRefs").Require(targets.Count <= MostTargets, $"at most {MostTargets} targets, found {targets.Count}");
        scope.Each("targetRefs", targets, Target);
    }

    public static void Selector(FieldScope scope, WorkloadSelector? selector)
    {
        if (selector is null)
        {
            return;
        }

        var field = scope.Field("selector");
        field.Field("matchLabels").Require(selector.MatchLabels.Count <= MostLabels, $"at most {MostLabels} labels, found {selector.MatchLabels.Count}");
        LabelRules.Selector(field, "matchLabels", selector.MatchLabels);
    }

    private static void Target(FieldScope scope, PolicyTargetReference target)
    {
        scope.Field("name").Require(target.Name.Length is > 0 and <= LongestName, $"a name of 1 to {LongestName} characters is required");
        scope.Field("namespace").Require(target.Namespace.Length == 0, "must be empty: a policy is for targets of its own namespace");
        scope.Field("kind").Require(
            Kinds.Contains((target.Group, target.Kind)),
            $"expected Service, ServiceEntry (group networking.istio.io), Gateway or GatewayClass (group gateway.networking.k8s.io), found kind \"{target.Kind}\" of group \"{target.Group}\"");
    }
}
