using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>The steps that kubectl's JSONPath knows.</summary>
internal static class PathSteps
{
    /// <summary><c>*</c> and <c>[*]</c>: all items, or the values of all fields.</summary>
    public static PathStep All { get; } = static (node, _) => Children(node);

    /// <summary><c>..</c>: the node and all below it.</summary>
    public static PathStep Descend { get; } = static (node, _) => Below(node);

    /// <summary>Fields by name; those that are not there are left out.</summary>
    public static PathStep Fields(IReadOnlyList<string> names) => (node, _) =>
        node is JsonObject item ? names.Where(item.ContainsKey).Select(name => item[name]) : [];

    /// <summary>Items by position; from the end when it is negative.</summary>
    public static PathStep Items(IReadOnlyList<int> positions) => (node, _) =>
        node is JsonArray items ? positions.Select(position => position < 0 ? items.Count + position : position).Where(position => position >= 0 && position < items.Count).Select(position => items[position]) : [];

    /// <summary><c>[from:to:step]</c>, as Python has it.</summary>
    public static PathStep Slice(int? from, int? to, int? step) => (node, _) =>
    {
        if (node is not JsonArray items)
        {
            return [];
        }

        var (first, end) = (Clamp(from ?? 0, items.Count), Clamp(to ?? items.Count, items.Count));
        return Enumerable.Range(first, Math.Max(0, end - first)).Where(position => (position - first) % Math.Max(1, step ?? 1) == 0).Select(position => items[position]);
    };

    /// <summary><c>[?(@.name == "x")]</c>: items for which the comparison holds; without a comparison those that have the field.</summary>
    public static PathStep Filter(JsonPath left, string comparison, Func<JsonNode?, JsonNode?, JsonNode?>? right) => (node, root) =>
        (node is JsonArray or JsonObject ? Children(node) : []).Where(item =>
        {
            var found = left.Of(root, item).ToArray();
            return right is null ? found.Length > 0 : found.Length > 0 && Holds(found[0], comparison, right(root, item));
        });

    private static int Clamp(int position, int count) => Math.Clamp(position < 0 ? count + position : position, 0, count);

    private static IEnumerable<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonArray items => items,
        JsonObject item => item.Select(field => field.Value),
        _ => [],
    };

    private static IEnumerable<JsonNode?> Below(JsonNode? node) => Children(node).SelectMany(Below).Prepend(node);

    private static bool Holds(JsonNode? left, string comparison, JsonNode? right)
    {
        if (comparison is "==" or "!=")
        {
            return AreSame(left, right) == (comparison == "==");
        }

        var order = (Number(left), Number(right)) is ({ } first, { } second) ? first.CompareTo(second) : string.CompareOrdinal(JsonPath.Text(left), JsonPath.Text(right));
        return comparison switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static bool AreSame(JsonNode? left, JsonNode? right) =>
        (Number(left), Number(right)) is ({ } first, { } second) ? first.Equals(second) : JsonPath.Text(left) == JsonPath.Text(right);

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number) ? number : null;
}
