using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Ownership;

/// <summary>Reads and writes <c>metadata.managedFields</c>.</summary>
internal static class ManagedFields
{
    /// <summary>Entries of operation Update that are kept apart; older ones are put together (managedfields.capManagers).</summary>
    public const int MaxUpdateManagers = 10;

    private const string AncientManager = "ancient-changes";
    private const string FieldsType = "FieldsV1";

    /// <summary>The entries of an object; null when it has some that cannot be read.</summary>
    public static ImmutableList<ManagedFieldsEntry>? Read(JsonObject? value)
    {
        if (value?["metadata"]?["managedFields"] is not JsonArray list)
        {
            return [];
        }

        var entries = ImmutableList.CreateBuilder<ManagedFieldsEntry>();
        foreach (var item in list)
        {
            if (Read(item) is not { } entry)
            {
                return null;
            }

            entries.Add(entry);
        }

        return entries.ToImmutable();
    }

    /// <summary>Whether a client asks for managed fields to be forgotten: one entry without anything.</summary>
    public static bool IsReset(JsonObject value) =>
        value["metadata"]?["managedFields"] is JsonArray { Count: 1 } list && list[0] is JsonObject { Count: 0 };

    /// <summary>Puts the entries in place of those that the object has.</summary>
    public static void Write(JsonObject target, IEnumerable<ManagedFieldsEntry> entries)
    {
        if (target["metadata"] is not JsonObject metadata)
        {
            target["metadata"] = metadata = [];
        }

        metadata.Remove("managedFields");
        var list = new JsonArray();
        foreach (var entry in Sorted(Capped([.. entries.Where(entry => !entry.Fields.IsEmpty)])))
        {
            list.Add((JsonNode)Write(entry));
        }

        if (list.Count > 0)
        {
            metadata["managedFields"] = list;
        }
    }

    /// <summary>A copy of the object without its managed fields.</summary>
    public static JsonObject Stripped(JsonObject value)
    {
        var copy = (JsonObject)value.DeepClone();
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }

    private static ManagedFieldsEntry? Read(JsonNode? item)
    {
        if (item is not JsonObject entry
            || Text(entry, "operation") is not (ManagedFieldsEntry.Apply or ManagedFieldsEntry.Update)
            || Text(entry, "fieldsType") is not ("" or FieldsType)
            || FieldsV1.Read(entry["fieldsV1"] ?? new JsonObject()) is not { } fields)
        {
            return null;
        }

        // The root itself is no field, though an empty object reads like one that is owned.
        return new ManagedFieldsEntry(Text(entry, "manager") ?? "", Text(entry, "operation")!, Text(entry, "apiVersion") ?? "", Text(entry, "subresource") ?? "", fields.Below())
        {
            Time = Text(entry, "time") is { Length: > 0 } time ? time : null,
        };
    }

    /// <summary>The text; empty when absent, null when something else.</summary>
    private static string? Text(JsonObject entry, string name) => entry[name] switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => null,
    };

    private static JsonObject Write(ManagedFieldsEntry entry)
    {
        var json = new JsonObject
        {
            ["manager"] = entry.Manager,
            ["operation"] = entry.Operation,
            ["apiVersion"] = entry.ApiVersion,
        };
        if (entry.Time is not null)
        {
            json["time"] = entry.Time;
        }

        json["fieldsType"] = FieldsType;
        json["fieldsV1"] = FieldsV1.Write(entry.Fields);
        if (entry.Subresource.Length > 0)
        {
            json["subresource"] = entry.Subresource;
        }

        return json;
    }

    /// <summary>The order of kube-apiserver, so that an unchanged object has unchanged text.</summary>
    private static IEnumerable<ManagedFieldsEntry> Sorted(IEnumerable<ManagedFieldsEntry> entries) => entries
        .OrderBy(entry => entry.Operation, StringComparer.Ordinal)
        .ThenBy(entry => entry.Time ?? "", StringComparer.Ordinal)
        .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
        .ThenBy(entry => entry.ApiVersion, StringComparer.Ordinal)
        .ThenBy(entry => entry.Subresource, StringComparer.Ordinal);

    private static ImmutableList<ManagedFieldsEntry> Capped(ImmutableList<ManagedFieldsEntry> entries)
    {
        var updates = entries
            .Where(entry => entry is { Operation: ManagedFieldsEntry.Update, Subresource: "" } && entry.Manager != AncientManager)
            .OrderBy(entry => entry.Time ?? "", StringComparer.Ordinal)
            .ToArray();
        foreach (var old in updates.SkipLast(MaxUpdateManagers))
        {
            var bucket = old with { Manager = AncientManager };
            var known = entries.Find(bucket.IsSame);
            entries = entries.Remove(old);
            entries = known is null ? entries.Add(bucket) : entries.Replace(known, known with { Fields = known.Fields.Union(old.Fields), Time = old.Time });
        }

        return entries;
    }
}
