using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>How a value is taken apart for merging and owning, by its form and its type.</summary>
internal static class Structure
{
    /// <summary>The fields, when they are owned one by one; also of what the schema does not know.</summary>
    public static JsonObject? Fields(TypeSchema schema, JsonNode? value) => schema.Atomic ? null : value as JsonObject;

    /// <summary>The list, when its items are owned one by one.</summary>
    public static JsonArray? Items(TypeSchema schema, JsonNode? value) =>
        schema is { Type: SchemaType.List, ListType: not ListType.Atomic } ? value as JsonArray : null;

    /// <summary>The items by their step. Of items with one identity the first counts; one without identity goes by its place.</summary>
    public static List<KeyValuePair<string, JsonNode?>> Identified(TypeSchema schema, JsonArray items)
    {
        var result = new List<KeyValuePair<string, JsonNode?>>(items.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            var element = PathElement.Item(schema, items[index]);
            result.Add(KeyValuePair.Create(element is not null && seen.Add(element) ? element : PathElement.Index(index), items[index]));
        }

        return result;
    }

    /// <summary>The type that a step leads to.</summary>
    public static TypeSchema Child(TypeSchema schema, string element) =>
        PathElement.FieldName(element) is { } name ? schema.Child(name) : schema.Items ?? TypeSchema.Any;
}
