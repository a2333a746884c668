using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Patches;

/// <summary>The list part of a strategic merge patch: merges, deletes and orders the items of one field.</summary>
internal static class ListPatch
{
    /// <summary>The patched list; null when there is none before and after.</summary>
    public static JsonArray? Merge(JsonNode? old, JsonObject patch, FieldSchema field, string path)
    {
        var server = old as JsonArray;
        var change = patch.TryGetPropertyValue(field.Name, out var node) ? PatchDirectives.List(node, path) : null;
        var deletions = Directive(patch, PatchDirectives.DeletePrefix + field.Name, path);
        var order = Directive(patch, PatchDirectives.ElementOrderPrefix + field.Name, path);
        if (server is null && change is null)
        {
            return null;
        }

        if (!StrategicMergePatch.IsMerged(field) && deletions is null)
        {
            return (JsonArray?)PatchDirectives.Cleaned(change) ?? (JsonArray)server!.DeepClone();
        }

        var items = Items(server);
        var merged = IsOfObjects([.. items, .. Items(change)], path)
            ? MergeObjects(items, change, field, path)
            : MergeScalars(items, change, deletions);
        var names = order?.Select(item => Identity(item, field.PatchMergeKey))
            ?? Items(change).Select(item => Identity(item, field.PatchMergeKey));
        return Ordered(merged, names, items.Select(item => Identity(item, field.PatchMergeKey)), field.PatchMergeKey);
    }

    private static JsonArray? Directive(JsonObject patch, string key, string path) =>
        patch.TryGetPropertyValue(key, out var node) ? PatchDirectives.List(node, $"{path} ({key})") : null;

    private static List<JsonNode?> Items(JsonArray? list) => list is null ? [] : [.. list];

    private static bool IsOfObjects(List<JsonNode?> list, string path)
    {
        var objects = list.Count(item => item is JsonObject);
        return objects == 0 || objects == list.Count
            ? objects > 0
            : throw PatchDirectives.Malformed(path, "a list that is merged has either objects or plain values, not both");
    }

    private static List<JsonNode?> MergeScalars(List<JsonNode?> server, JsonArray? change, JsonArray? deletions)
    {
        var deleted = Items(deletions).Select(JsonText.Compact).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. server.Concat(Items(change)).Where(item => !deleted.Contains(JsonText.Compact(item)) && seen.Add(JsonText.Compact(item)))];
    }

    private static List<JsonNode?> MergeObjects(List<JsonNode?> server, JsonArray? change, FieldSchema field, string path)
    {
        if (Items(change).Any(item => PatchDirectives.Of((JsonObject)item!, path) == PatchDirectives.Replace))
        {
            // One item that says "replace" speaks for the list; it is no item itself.
            return [.. (JsonArray)PatchDirectives.Cleaned(change)!];
        }

        var mergeKey = field.PatchMergeKey ?? throw PatchDirectives.Malformed(path, "items cannot be merged: the field has no merge key");
        var merged = new List<JsonNode?>(server);
        var places = Places(server.Select(item => Identity(item, mergeKey)));
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (change?.Count ?? 0); index++)
        {
            var item = (JsonObject)change![index]!;
            var place = $"{path}[{index}]";
            var key = item[mergeKey] is null
                ? throw PatchDirectives.Malformed(place, $"the item has no \"{mergeKey}\", by which items are told apart")
                : Identity(item, mergeKey);
            if (PatchDirectives.Of(item, place) == PatchDirectives.Delete)
            {
                deleted.Add(key);
            }
            else if (places.TryGetValue(key, out var position))
            {
                merged[position] = StrategicMergePatch.Merge((JsonObject)merged[position]!, item, field.Type.Items!, place);
            }
            else
            {
                places[key] = merged.Count;
                merged.Add(PatchDirectives.Cleaned(item));
            }
        }

        merged.RemoveAll(item => deleted.Contains(Identity(item, mergeKey)));
        return merged;
    }

    /// <summary>
    /// The items that the patch names in its order; the others keep their order and go before the first named item
    /// that the server had after them (strategicpatch.mergeSortedSlice).
    /// </summary>
    private static JsonArray Ordered(List<JsonNode?> merged, IEnumerable<string> named, IEnumerable<string> server, string? mergeKey)
    {
        var (wanted, known) = (Places(named), Places(server));
        var ours = merged.Where(item => wanted.ContainsKey(Identity(item, mergeKey))).OrderBy(item => wanted[Identity(item, mergeKey)]);
        var others = new Queue<JsonNode?>(
            merged.Where(item => !wanted.ContainsKey(Identity(item, mergeKey))).OrderBy(item => known.GetValueOrDefault(Identity(item, mergeKey), -1)));
        var result = new JsonArray();
        foreach (var item in ours)
        {
            var place = known.GetValueOrDefault(Identity(item, mergeKey), -1);
            while (others.TryPeek(out var other) && known.GetValueOrDefault(Identity(other, mergeKey), int.MaxValue) < place)
            {
                result.Add(others.Dequeue()?.DeepClone());
            }

            result.Add(item?.DeepClone());
        }

        foreach (var other in others)
        {
            result.Add(other?.DeepClone());
        }

        return result;
    }

    /// <summary>Where each identity stands first.</summary>
    private static Dictionary<string, int> Places(IEnumerable<string> identities)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, identity) in identities.Index())
        {
            places.TryAdd(identity, index);
        }

        return places;
    }

    private static string Identity(JsonNode? item, string? mergeKey) =>
        JsonText.Compact(mergeKey is not null && item is JsonObject map ? map[mergeKey] : item);
}
