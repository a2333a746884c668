using Mesh.Config.Kubernetes.Meta;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Kubernetes' selectors of labels.</summary>
internal static class SelectorRules
{
    public static void Check(FieldScope scope, LabelSelector selector)
    {
        LabelRules.Labels(scope, "matchLabels", selector.MatchLabels);
        scope.Each("matchExpressions", selector.MatchExpressions, static (item, expression) =>
        {
            LabelRules.Key(item.Field("key"), expression.Key);
            ValueRules.OneOf(item.Field("operator"), expression.Operator, "In", "NotIn", "Exists", "DoesNotExist");
            item.Field("values").Require(
                expression.Operator is not ("In" or "NotIn") || expression.Values.Count > 0, $"{expression.Operator} needs values");
            item.Field("values").Require(
                expression.Operator is not ("Exists" or "DoesNotExist") || expression.Values.Count == 0, $"{expression.Operator} has no values");
        });
    }
}
