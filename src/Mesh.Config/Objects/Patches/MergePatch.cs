using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Patches;

/// <summary>JSON merge patch (RFC 7386): objects are merged, null removes, everything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>The patched object; the arguments stay as they are.</summary>
    /// <exception cref="PatchException">The patch is not an object: it would replace the whole resource.</exception>
    public static JsonObject Apply(JsonObject target, JsonNode? patch) =>
        patch is JsonObject changes
            ? (JsonObject)Merge(target, changes)!
            : throw new PatchException(PatchFailure.Malformed, "", $"expected a merge patch that is a JSON object, found {JsonText.Describe(patch)}");

    /// <summary>The patched value as in section 2 of the RFC, where target and patch can be any value.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = new JsonObject();
        if (target is JsonObject old)
        {
            foreach (var (name, value) in old)
            {
                if (!changes.ContainsKey(name))
                {
                    merged[name] = value?.DeepClone();
                }
                else if (changes[name] is { } change)
                {
                    merged[name] = Merge(value, change);
                }
            }
        }

        foreach (var (name, change) in changes)
        {
            if (change is not null && !merged.ContainsKey(name))
            {
                merged[name] = Merge(null, change);
            }
        }

        return merged;
    }

    /// <summary>The smallest patch that turns one object into another. A null inside <paramref name="to"/> cannot be expressed (RFC 7386 section 1) and comes out as absent.</summary>
    public static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in from)
        {
            if (to[name] is null)
            {
                patch[name] = null;
            }
        }

        foreach (var (name, wanted) in to)
        {
            var old = from[name];
            if (wanted is null || (old is not null && JsonNode.DeepEquals(old, wanted)))
            {
                continue;
            }

            patch[name] = (old, wanted) is (JsonObject oldObject, JsonObject newObject) ? Difference(oldObject, newObject) : wanted.DeepClone();
        }

        return patch;
    }
}
