using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>Puts an applied object over the live one, and takes parts out of an object, both by the schema.</summary>
internal static class StructuredMerge
{
    /// <summary>The live value with what is applied; a null that is applied removes. The arguments stay as they are.</summary>
    public static JsonNode? Merge(TypeSchema schema, JsonNode? live, JsonNode? applied)
    {
        if (applied is null)
        {
            return null;
        }

        if (Structure.Fields(schema, applied) is { } newFields)
        {
            return MergeFields(schema, Structure.Fields(schema, live) ?? [], newFields);
        }

        if (Structure.Items(schema, applied) is { } newItems)
        {
            return MergeItems(schema, Structure.Items(schema, live) ?? [], newItems);
        }

        return applied.DeepClone();
    }

    /// <summary>The value without the places of the set and what is below them. Objects and lists that lose everything stay, empty.</summary>
    public static JsonNode? Remove(TypeSchema schema, JsonNode? value, FieldSet places)
    {
        if (places.Children.IsEmpty)
        {
            return value?.DeepClone();
        }

        if (Structure.Fields(schema, value) is { } fields)
        {
            var kept = new JsonObject();
            foreach (var (name, child) in fields)
            {
                var below = places.At(PathElement.Field(name));
                if (!below.Owned)
                {
                    kept[name] = Remove(schema.Child(name), child, below);
                }
            }

            return kept;
        }

        if (Structure.Items(schema, value) is { } items)
        {
            return new JsonArray(
            [
                .. Structure.Identified(schema, items)
                    .Where(item => !places.At(item.Key).Owned)
                    .Select(item => Remove(schema.Items!, item.Value, places.At(item.Key))),
            ]);
        }

        return value?.DeepClone();
    }

    /// <summary>Drops objects and lists that have become empty since <paramref name="before"/> and that nobody owns.</summary>
    public static JsonNode? DropEmptied(TypeSchema schema, JsonNode? before, JsonNode? after, FieldSet owned)
    {
        if (Structure.Fields(schema, after) is not { } fields)
        {
            return after?.DeepClone();
        }

        var old = before as JsonObject;
        var kept = new JsonObject();
        foreach (var (name, child) in fields)
        {
            var below = owned.At(PathElement.Field(name));
            var reduced = DropEmptied(schema.Child(name), old?[name], child, below);
            if (!IsEmpty(reduced) || IsEmpty(old?[name]) || !below.IsEmpty)
            {
                kept[name] = reduced;
            }
        }

        return kept;
    }

    private static bool IsEmpty(JsonNode? value) => value is JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static JsonObject MergeFields(TypeSchema schema, JsonObject live, JsonObject applied)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in live)
        {
            if (!applied.ContainsKey(name))
            {
                merged[name] = value?.DeepClone();
            }
            else if (Merge(schema.Child(name), value, applied[name]) is { } both)
            {
                merged[name] = both;
            }
        }

        foreach (var (name, value) in applied)
        {
            if (!live.ContainsKey(name) && Merge(schema.Child(name), null, value) is { } added)
            {
                merged[name] = added;
            }
        }

        return merged;
    }

    /// <summary>
    /// Items by identity: the applied ones in their order, the others where they stood between the items that both have
    /// (the order that structured-merge-diff makes).
    /// </summary>
    private static JsonArray MergeItems(TypeSchema schema, JsonArray live, JsonArray applied)
    {
        var old = Structure.Identified(schema, live);
        var oldByElement = old.ToDictionary(StringComparer.Ordinal);
        var wanted = Structure.Identified(schema, applied);
        var wantedElements = wanted.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        var shared = new Queue<string>(wanted.Select(item => item.Key).Where(oldByElement.ContainsKey));
        var merged = new JsonArray();
        var next = 0;
        foreach (var (element, value) in wanted)
        {
            TakeOthersBefore(shared.TryPeek(out var stop) ? stop : null);
            if (element == stop)
            {
                shared.Dequeue();
            }

            merged.Add(Merge(schema.Items!, oldByElement.GetValueOrDefault(element), value));
        }

        TakeOthersBefore(null);
        return merged;

        // A shared item that the applied order has elsewhere is passed over.
        void TakeOthersBefore(string? stop)
        {
            for (; next < old.Count && old[next].Key != stop; next++)
            {
                if (!wantedElements.Contains(old[next].Key))
                {
                    merged.Add(old[next].Value?.DeepClone());
                }
            }
        }
    }
}
