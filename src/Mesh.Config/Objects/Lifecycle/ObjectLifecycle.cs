using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Objects.Ownership;

namespace Mesh.Config.Objects.Lifecycle;

/// <summary>The metadata that the server gives an object at its creation, its updates and its end (apimachinery's ObjectMeta, apiserver's rest.Before*).</summary>
/// <param name="time">Of the time stamps.</param>
/// <param name="random">Of uids and generated names.</param>
internal sealed class ObjectLifecycle(TimeProvider time, Random random)
{
    private const string Metadata = "metadata";
    private const int SuffixLength = 5;

    /// <summary>Longest prefix of a generated name that leaves room for the suffix in 63 characters.</summary>
    private const int LongestPrefix = 63 - SuffixLength;

    /// <summary>No vowels and no look-alikes, so that a generated name says nothing (apimachinery's rand.String).</summary>
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Fields of metadata that are the server's from the creation on.</summary>
    private static readonly string[] Kept =
        ["creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

    private readonly Lock _lock = new();

    /// <summary>A new object: with uid, name, creation time and first generation, without what only the server or the status may say.</summary>
    /// <param name="written">As the client sent it.</param>
    /// <param name="statusApart">Whether the kind has a status of its own, which a creation does not write.</param>
    /// <exception cref="ObjectRuleException">It has no name, or a resource version.</exception>
    public JsonObject Create(JsonObject written, bool statusApart = true)
    {
        var created = (JsonObject)written.DeepClone();
        var metadata = MetadataOf(created);
        if (Text(metadata, "resourceVersion") is { Length: > 0 } and not "0")
        {
            throw new ObjectRuleException(ObjectRule.BadRequest, "metadata.resourceVersion", "resourceVersion should not be set on objects to be created");
        }

        metadata.Remove("resourceVersion");
        foreach (var name in Kept)
        {
            metadata.Remove(name);
        }

        GiveName(metadata);
        metadata["uid"] = NewUid();
        metadata["creationTimestamp"] = FieldOwnership.Now(time);
        metadata["generation"] = 1;
        if (statusApart)
        {
            created.Remove(FieldOperation.Status);
        }

        return created;
    }

    /// <summary>An update: what is the server's stays as it is, the generation grows when anything but metadata and status changes.</summary>
    /// <param name="live">What is stored.</param>
    /// <param name="written">The whole object as it shall be.</param>
    /// <param name="subresource">Empty, or <c>status</c>, which writes the status and nothing else.</param>
    /// <param name="statusApart">Whether the kind has a status of its own, which an update of the object does not write.</param>
    /// <exception cref="ObjectRuleException">It is another object, or something immutable changes.</exception>
    public static LifecycleStep Update(JsonObject live, JsonObject written, string subresource = "", bool statusApart = true)
    {
        CheckIdentity(live, written);
        var updated = subresource == FieldOperation.Status ? WithStatusOf(live, written) : (JsonObject)written.DeepClone();
        var (old, metadata) = (MetadataOf((JsonObject)live.DeepClone()), MetadataOf(updated));
        foreach (var name in Kept.Append("uid").Append("name").Append("namespace"))
        {
            Set(metadata, name, old[name]);
        }

        metadata.Remove("resourceVersion");
        CheckFinalizers(old, metadata);
        if (subresource.Length == 0 && statusApart)
        {
            Set(updated, FieldOperation.Status, live[FieldOperation.Status]);
        }

        if (!JsonNode.DeepEquals(Content(live), Content(updated)))
        {
            metadata["generation"] = Generation(old) + 1;
        }

        return new LifecycleStep(updated, Remove: IsDeleting(updated) && !HasFinalizers(updated));
    }

    /// <summary>A deletion: the object goes at once, or waits for its finalizers with a time of deletion.</summary>
    /// <param name="live">What is stored.</param>
    /// <param name="uid">Precondition of the client; null = none.</param>
    /// <exception cref="ObjectRuleException">The precondition does not hold.</exception>
    public LifecycleStep Delete(JsonObject live, string? uid = null)
    {
        var deleted = (JsonObject)live.DeepClone();
        var metadata = MetadataOf(deleted);
        if (!string.IsNullOrEmpty(uid) && Text(metadata, "uid") is var actual && actual != uid)
        {
            throw OtherUid(uid, actual);
        }

        if (!HasFinalizers(deleted))
        {
            return new LifecycleStep(deleted, Remove: true);
        }

        if (!IsDeleting(deleted))
        {
            metadata["deletionTimestamp"] = FieldOwnership.Now(time);
            metadata["deletionGracePeriodSeconds"] = 0;
            metadata["generation"] = Generation(metadata) + 1;
        }

        return new LifecycleStep(deleted, Remove: false);
    }

    /// <summary>Whether the object is on its way out.</summary>
    public static bool IsDeleting(JsonObject value) => value[Metadata]?["deletionTimestamp"] is not null;

    private static bool HasFinalizers(JsonObject value) => value[Metadata]?["finalizers"] is JsonArray { Count: > 0 };

    private static void CheckIdentity(JsonObject live, JsonObject written)
    {
        var (old, metadata) = (live[Metadata] as JsonObject ?? [], written[Metadata] as JsonObject ?? []);
        if (Text(metadata, "uid") is { Length: > 0 } uid && uid != Text(old, "uid"))
        {
            throw OtherUid(uid, Text(old, "uid"));
        }

        foreach (var name in new[] { "name", "namespace" })
        {
            if (Text(metadata, name) is { Length: > 0 } value && value != Text(old, name))
            {
                throw new ObjectRuleException(ObjectRule.Invalid, $"{Metadata}.{name}", $"{Metadata}.{name}: Invalid value: \"{value}\": field is immutable");
            }
        }
    }

    /// <summary>While an object waits for its finalizers, none can join (validation.ValidateObjectMetaAccessorUpdate).</summary>
    private static void CheckFinalizers(JsonObject old, JsonObject metadata)
    {
        if (metadata["deletionTimestamp"] is null)
        {
            return;
        }

        var known = Names(old).ToHashSet(StringComparer.Ordinal);
        var added = Names(metadata).Where(name => !known.Contains(name)).ToArray();
        if (added.Length > 0)
        {
            throw new ObjectRuleException(
                ObjectRule.Invalid,
                "metadata.finalizers",
                $"metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers {JsonText.Compact(new JsonArray([.. added.Select(name => (JsonNode)name)]))}");
        }

        static IEnumerable<string> Names(JsonObject metadata) => (metadata["finalizers"] as JsonArray ?? []).Select(JsonText.Compact).Select(text => text.Trim('"'));
    }

    private static ObjectRuleException OtherUid(string wanted, string? actual) =>
        new(ObjectRule.Precondition, "metadata.uid", $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {actual}");

    private static JsonObject WithStatusOf(JsonObject live, JsonObject written)
    {
        var updated = (JsonObject)live.DeepClone();
        Set(updated, FieldOperation.Status, written[FieldOperation.Status]);
        Set(MetadataOf(updated), "managedFields", written[Metadata]?["managedFields"]);
        return updated;
    }

    /// <summary>What the generation counts: everything but metadata and status.</summary>
    private static JsonObject Content(JsonObject value) =>
        new(value.Where(field => field.Key is not (Metadata or FieldOperation.Status or "apiVersion" or "kind"))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    private static long Generation(JsonObject metadata) =>
        metadata["generation"] is JsonValue value && long.TryParse(JsonText.Compact(value), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : 0;

    private static JsonObject MetadataOf(JsonObject value)
    {
        if (value[Metadata] is not JsonObject metadata)
        {
            value[Metadata] = metadata = [];
        }

        return metadata;
    }

    private static string? Text(JsonObject map, string name) =>
        map[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static void Set(JsonObject map, string name, JsonNode? value)
    {
        if (value is null)
        {
            map.Remove(name);
        }
        else
        {
            map[name] = value.DeepClone();
        }
    }

    private void GiveName(JsonObject metadata)
    {
        if (Text(metadata, "name") is { Length: > 0 })
        {
            return;
        }

        var prefix = Text(metadata, "generateName") is { Length: > 0 } given
            ? given
            : throw new ObjectRuleException(ObjectRule.Invalid, "metadata.name", "metadata.name: Required value: name or generateName is required");
        lock (_lock)
        {
            metadata["name"] = prefix[..Math.Min(prefix.Length, LongestPrefix)] + new string(random.GetItems<char>(SuffixLetters, SuffixLength));
        }
    }

    /// <summary>A random UUID (RFC 9562 version 4).</summary>
    private string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            random.NextBytes(bytes);
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
