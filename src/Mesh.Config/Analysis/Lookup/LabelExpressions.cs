using System.Text.Json;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Kubernetes' <c>LabelSelector</c> with its expressions, as webhooks have it.</summary>
internal static class LabelExpressions
{
    /// <summary>Whether the labels are selected; without a selector everything is, and by a broken one nothing.</summary>
    public static bool Matches(JsonElement selector, IReadOnlyDictionary<string, string> labels) =>
        selector.Map("matchLabels").All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && selector.Items("matchExpressions").All(expression => Holds(expression, labels));

    private static bool Holds(JsonElement expression, IReadOnlyDictionary<string, string> labels)
    {
        var exists = labels.TryGetValue(expression.Text("key"), out var value);
        var listed = exists && expression.Items("values").Any(item => item.Text() == value);
        return expression.Text("operator") switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => exists,
            "DoesNotExist" => !exists,
            _ => false,
        };
    }
}
