using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>Objects as they are shown alone: with what they are, and without notes about who wrote which field.</summary>
internal static class ObjectItems
{
    /// <summary>Items of a list do not say what they are; alone they must.</summary>
    public static JsonObject Whole(ServedKind kind, JsonObject item)
    {
        var whole = new JsonObject { ["apiVersion"] = item["apiVersion"]?.ToString() ?? kind.ApiVersion, ["kind"] = item["kind"]?.ToString() ?? kind.Kind };
        foreach (var (field, value) in item.Where(pair => pair.Key is not ("apiVersion" or "kind")))
        {
            whole[field] = value?.DeepClone();
        }

        (whole["metadata"] as JsonObject)?.Remove("managedFields");
        return whole;
    }

    /// <summary>All of a list.</summary>
    public static IEnumerable<JsonObject> Of(ServedKind kind, JsonObject list) => (list["items"] as JsonArray ?? []).OfType<JsonObject>().Select(item => Whole(kind, item));

    /// <summary>As kubectl names it: <c>virtualservice.networking.istio.io/reviews</c>.</summary>
    public static string NameOf(JsonObject item)
    {
        var group = item["apiVersion"]!.ToString().Split('/') is [var name, _] ? $".{name}" : "";
        return Terminal.Safe($"{item["kind"]!.ToString().ToLowerInvariant()}{group}/{ObjectApi.NameOf(item)}");
    }
}
