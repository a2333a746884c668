using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Documents;

/// <summary>Gives objects that people write what an API server gives to those it creates: uid, creation time, generation.</summary>
/// <remarks>What the API writes has all of it already.</remarks>
internal static class ObjectIdentity
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>What is kept about an object that a person wrote or edited.</summary>
    /// <param name="raw">The object as it stands in the text; what it says itself wins.</param>
    /// <param name="kept">What was kept about it so far; null for a new object.</param>
    /// <param name="isNewBody">Whether it says something else than before.</param>
    /// <param name="now">The creation time of a new object.</param>
    public static JsonElement Renew(Resource raw, JsonElement? kept, bool isNewBody, DateTimeOffset now)
    {
        var next = kept is { } known ? (JsonObject)JsonNode.Parse(known.GetRawText())! : new JsonObject();
        var written = (JsonObject)JsonNode.Parse(DocumentParts.Kept(raw.Document).GetRawText())!;
        var metadata = (next["metadata"] as JsonObject) ?? [];
        next["metadata"] = metadata;
        foreach (var (name, value) in ((JsonObject)written["metadata"]!).ToArray())
        {
            metadata[name] = value!.DeepClone();
        }

        if (written["status"] is { } status)
        {
            next["status"] = status.DeepClone();
        }

        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["creationTimestamp"] ??= now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        metadata["generation"] = kept is null ? 1 : GenerationOf(metadata) + (isNewBody ? 1 : 0);

        return JsonText.Build(writer => next.WriteTo(writer));
    }

    /// <summary>The resource with the whole object in it.</summary>
    public static Resource Complete(Resource raw, JsonElement kept)
    {
        var created = JsonText.Find(JsonText.Find(kept, "metadata"), "creationTimestamp");
        return raw with
        {
            Document = DocumentParts.Join(raw.Document, kept, raw.Id.Namespace),
            CreationTimestamp = created is { ValueKind: JsonValueKind.String } time && time.TryGetDateTimeOffset(out var parsed) ? parsed : raw.CreationTimestamp,
        };
    }

    /// <summary>What a writer hands over, in the form in which it is stored.</summary>
    public static Resource Normalize(Resource next) =>
        next.Document.ValueKind == JsonValueKind.Object ? Complete(next, DocumentParts.Kept(next.Document)) : next;

    private static long GenerationOf(JsonObject metadata) =>
        metadata["generation"] is JsonValue value && value.TryGetValue<long>(out var generation) ? generation : 0;
}
