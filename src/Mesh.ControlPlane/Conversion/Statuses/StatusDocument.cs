using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Puts a status into an object: with its generation, the time of a condition's last transition kept, and what other controllers say left alone.</summary>
internal static class StatusDocument
{
    private const string Status = "status";
    private const string Conditions = "conditions";

    /// <summary>The lists of entries that belong to controllers, each with what tells its entries apart.</summary>
    private static readonly (string List, string Key)[] OwnedLists = [("parents", "parentRef"), ("ancestors", "ancestorRef")];

    /// <summary>The object with the status; null when it has it already.</summary>
    /// <param name="document">As it is stored.</param>
    /// <param name="status">As it was converted.</param>
    /// <param name="now">The time of conditions that are new or have changed.</param>
    public static JsonElement? Apply(JsonElement document, JsonObject status, DateTimeOffset now)
    {
        var root = JsonObject.Create(document) ?? [];
        var current = root[Status] as JsonObject;
        var stamp = new Stamp(GenerationOf(root), now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var next = current?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in status)
        {
            next[name] = name switch
            {
                Conditions => Merge(current?[Conditions] as JsonArray, value!.AsArray(), stamp, keepsOthers: true),
                "listeners" => Entries(current?[name] as JsonArray, value!.AsArray(), "name", stamp),
                _ when OwnedLists.FirstOrDefault(own => own.List == name) is { Key: not null } list => Owned(current?[name] as JsonArray, value!.AsArray(), list.Key, stamp),
                _ => value!.DeepClone(),
            };
        }

        if (JsonNode.DeepEquals(current ?? [], next) || (current is null && IsEmpty(next)))
        {
            return null;
        }

        root[Status] = next;
        return JsonElement.Parse(root.ToJsonString());
    }

    // A route of other controllers alone is not ours to speak of.
    private static bool IsEmpty(JsonObject status) => status.All(field => field.Value is JsonArray { Count: 0 });

    private static long? GenerationOf(JsonObject root) =>
        root["metadata"] is JsonObject metadata && metadata["generation"] is JsonValue value && long.TryParse(value.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null;

    private static JsonArray Owned(JsonArray? current, JsonArray next, string key, Stamp stamp)
    {
        var others = (current ?? []).OfType<JsonObject>().Where(entry => !ConversionNames.IsOurs(TextOf(entry, "controllerName"))).Select(entry => entry.DeepClone());
        return new JsonArray([.. others, .. Entries(current, next, key, stamp).Select(entry => entry!.DeepClone())]);
    }

    private static JsonArray Entries(JsonArray? current, JsonArray next, string key, Stamp stamp)
    {
        var result = new JsonArray();
        foreach (var entry in next.OfType<JsonObject>())
        {
            var copy = entry.DeepClone().AsObject();
            var old = current?.OfType<JsonObject>().FirstOrDefault(own =>
                JsonNode.DeepEquals(own[key], entry[key]) && JsonNode.DeepEquals(own["controllerName"], entry["controllerName"]));
            copy[Conditions] = Merge(old?[Conditions] as JsonArray, entry[Conditions]!.AsArray(), stamp, keepsOthers: false);
            result.Add((JsonNode)copy);
        }

        return result;
    }

    private static JsonArray Merge(JsonArray? current, JsonArray next, Stamp stamp, bool keepsOthers)
    {
        var result = new JsonArray();
        foreach (var condition in next.OfType<JsonObject>())
        {
            var copy = condition.DeepClone().AsObject();
            var old = current?.OfType<JsonObject>().FirstOrDefault(own => TextOf(own, "type") == TextOf(condition, "type"));
            if (stamp.Generation is { } generation)
            {
                copy["observedGeneration"] = generation;
            }

            copy["lastTransitionTime"] = old is not null && TextOf(old, "status") == TextOf(condition, "status") && TextOf(old, "lastTransitionTime") is { Length: > 0 } time ? time : stamp.Time;
            result.Add((JsonNode)copy);
        }

        foreach (var other in keepsOthers ? current?.OfType<JsonObject>() ?? [] : [])
        {
            if (next.OfType<JsonObject>().All(own => TextOf(own, "type") != TextOf(other, "type")))
            {
                result.Add(other.DeepClone());
            }
        }

        return result;
    }

    private static string TextOf(JsonObject entry, string field) => entry[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private readonly record struct Stamp(long? Generation, string Time);
}
