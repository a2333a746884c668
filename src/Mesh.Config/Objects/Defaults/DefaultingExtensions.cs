using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Defaults;

/// <summary>Sets what is absent and leaves what is there.</summary>
internal static class DefaultingExtensions
{
    /// <summary>Sets a field that is absent or null.</summary>
    public static void Default(this JsonObject map, string name, JsonNode? value)
    {
        if (value is not null && map[name] is null)
        {
            map[name] = value.Parent is null ? value : value.DeepClone();
        }
    }

    /// <summary>The object at a field, if there is one.</summary>
    public static JsonObject? Object(this JsonObject map, string name) => map[name] as JsonObject;

    /// <summary>The objects of the list at a field.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject map, string name) =>
        map[name] is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>The text at a field; empty when there is none.</summary>
    public static string Text(this JsonObject map, string name) =>
        map[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
