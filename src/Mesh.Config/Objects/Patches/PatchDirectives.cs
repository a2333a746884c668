using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Patches;

/// <summary>The words by which a strategic merge patch says more than a merge patch can.</summary>
internal static class PatchDirectives
{
    public const string Patch = "$patch";
    public const string RetainKeys = "$retainKeys";
    public const string ElementOrderPrefix = "$setElementOrder/";
    public const string DeletePrefix = "$deleteFromPrimitiveList/";

    public const string Replace = "replace";
    public const string Delete = "delete";
    public const string Merge = "merge";

    /// <summary>The <c>$patch</c> of an object; null when it has none.</summary>
    /// <exception cref="PatchException">It is none of the known ones.</exception>
    public static string? Of(JsonObject patch, string path)
    {
        if (!patch.TryGetPropertyValue(Patch, out var node))
        {
            return null;
        }

        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is Replace or Delete or Merge
            ? node.GetValue<string>()
            : throw Malformed(path, $"{Patch} must be \"{Replace}\", \"{Delete}\" or \"{Merge}\", found {JsonText.Describe(node)}");
    }

    /// <summary>Whether a key is a directive and not a field.</summary>
    public static bool IsDirective(string key) =>
        key is Patch or RetainKeys
        || key.StartsWith(ElementOrderPrefix, StringComparison.Ordinal)
        || key.StartsWith(DeletePrefix, StringComparison.Ordinal);

    /// <summary>A new value as it is stored: without directives, and without nulls, which remove what is not there.</summary>
    public static JsonNode? Cleaned(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                var cleaned = new JsonObject();
                foreach (var (key, child) in map)
                {
                    if (child is not null && !IsDirective(key))
                    {
                        cleaned[key] = Cleaned(child);
                    }
                }

                return cleaned;
            case JsonArray list:
                // Items that only say what to delete or how to treat the list are no items.
                return new JsonArray([.. list.Where(item => item is not JsonObject entry || IsItem(entry)).Select(Cleaned)]);
            default:
                return value?.DeepClone();
        }
    }

    public static JsonArray List(JsonNode? node, string path) =>
        node as JsonArray ?? throw Malformed(path, $"expected a list, found {JsonText.Describe(node)}");

    public static PatchException Malformed(string path, string message) =>
        new(PatchFailure.Malformed, path, path.Length == 0 ? message : $"{path}: {message}");

    private static bool IsItem(JsonObject item) => !item.TryGetPropertyValue(Patch, out var directive) || Compacted(directive) == Merge;

    private static string? Compacted(JsonNode? directive) =>
        directive is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
