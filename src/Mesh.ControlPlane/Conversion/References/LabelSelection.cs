using Mesh.Config.Kubernetes.Meta;

namespace Mesh.ControlPlane.Conversion.References;

/// <summary>Applies Kubernetes' label selectors.</summary>
internal static class LabelSelection
{
    /// <summary>Without conditions everything is selected.</summary>
    public static bool Selects(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && selector.MatchExpressions.All(expression => Holds(expression, labels));

    private static bool Holds(LabelSelectorRequirement expression, IReadOnlyDictionary<string, string> labels)
    {
        var exists = labels.TryGetValue(expression.Key, out var value);
        return expression.Operator switch
        {
            "In" => exists && expression.Values.Contains(value!),
            "NotIn" => !exists || !expression.Values.Contains(value!),
            "Exists" => exists,
            "DoesNotExist" => !exists,
            _ => false,
        };
    }
}
