using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Patches;

/// <summary>
/// Kubernetes' strategic merge patch: a merge patch that merges lists too, item by item, where the schema names a merge key,
/// with directives for what that cannot say (<c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder</c>, <c>$deleteFromPrimitiveList</c>).
/// </summary>
internal static class StrategicMergePatch
{
    private const string MergeStrategy = "merge";
    private const string ReplaceStrategy = "replace";

    /// <summary>The patched object; the arguments stay as they are.</summary>
    /// <exception cref="PatchException">The patch is malformed.</exception>
    public static JsonObject Apply(JsonObject target, JsonNode? patch, TypeSchema schema) =>
        patch is JsonObject changes
            ? Merge(target, changes, schema, "")
            : throw new PatchException(PatchFailure.Malformed, "", $"expected a strategic merge patch that is a JSON object, found {JsonText.Describe(patch)}");

    internal static JsonObject Merge(JsonObject target, JsonObject patch, TypeSchema schema, string path)
    {
        switch (PatchDirectives.Of(patch, path))
        {
            case PatchDirectives.Replace:
                return (JsonObject)PatchDirectives.Cleaned(patch)!;
            case PatchDirectives.Delete:
                return [];
        }

        var merged = (JsonObject)target.DeepClone();
        Retain(merged, patch, path);
        foreach (var key in FieldsOf(patch))
        {
            MergeField(merged, patch, key, schema, path.Length == 0 ? key : $"{path}.{key}");
        }

        return merged;
    }

    /// <summary>The fields that a patch speaks of, by themselves or by a directive.</summary>
    private static HashSet<string> FieldsOf(JsonObject patch)
    {
        var fields = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, _) in patch)
        {
            if (key.StartsWith(PatchDirectives.ElementOrderPrefix, StringComparison.Ordinal))
            {
                fields.Add(key[PatchDirectives.ElementOrderPrefix.Length..]);
            }
            else if (key.StartsWith(PatchDirectives.DeletePrefix, StringComparison.Ordinal))
            {
                fields.Add(key[PatchDirectives.DeletePrefix.Length..]);
            }
            else if (!PatchDirectives.IsDirective(key))
            {
                fields.Add(key);
            }
        }

        return fields;
    }

    private static void Retain(JsonObject merged, JsonObject patch, string path)
    {
        if (!patch.TryGetPropertyValue(PatchDirectives.RetainKeys, out var node))
        {
            return;
        }

        var retained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in PatchDirectives.List(node, path))
        {
            retained.Add(item is JsonValue value && value.GetValueKind() == JsonValueKind.String
                ? value.GetValue<string>()
                : throw PatchDirectives.Malformed(path, $"{PatchDirectives.RetainKeys} lists field names, found {JsonText.Describe(item)}"));
        }

        foreach (var (key, value) in patch)
        {
            if (value is not null && !PatchDirectives.IsDirective(key) && !retained.Contains(key))
            {
                throw PatchDirectives.Malformed(path, $"the patch sets \"{key}\", which {PatchDirectives.RetainKeys} does not list");
            }
        }

        foreach (var key in merged.Select(entry => entry.Key).Where(key => !retained.Contains(key)).ToArray())
        {
            merged.Remove(key);
        }
    }

    private static void MergeField(JsonObject merged, JsonObject patch, string key, TypeSchema schema, string path)
    {
        var field = schema.Fields.GetValueOrDefault(key) ?? new FieldSchema(key, schema.Child(key));
        var named = patch.TryGetPropertyValue(key, out var change);
        if (named && change is null)
        {
            merged.Remove(key);
            return;
        }

        var old = merged[key];
        var directed = patch.ContainsKey(PatchDirectives.ElementOrderPrefix + key) || patch.ContainsKey(PatchDirectives.DeletePrefix + key);
        if (directed || (old is JsonArray && change is JsonArray))
        {
            if (ListPatch.Merge(old, patch, field, path) is { } list)
            {
                merged[key] = list;
            }
        }
        else if (old is JsonObject oldObject && change is JsonObject newObject && !field.PatchStrategies.Contains(ReplaceStrategy))
        {
            merged[key] = Merge(oldObject, newObject, field.Type, path);
        }
        else
        {
            merged[key] = PatchDirectives.Cleaned(change);
        }
    }

    internal static bool IsMerged(FieldSchema field) => field.PatchStrategies.Contains(MergeStrategy);
}
