using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Client.Model.Apis;

namespace Mesh.Server.Apis.Transformations;

/// <summary>Changes a JSON document in named places: renames first, then removals, then what is set.</summary>
internal static class JsonEdits
{
    // For bodies of HTTP, not for pages: letters of all languages stay as they are.
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Of two members of one name readers take different ones.
    private static readonly JsonDocumentOptions Read = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">The body is none of JSON.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> body, JsonChange change)
    {
        var document = JsonNode.Parse(body, documentOptions: Read);
        foreach (var (place, name) in change.Rename)
        {
            Each(document, place, (parent, member) => Rename(parent, member, name));
        }

        foreach (var place in change.Remove)
        {
            Each(document, place, Remove);
        }

        foreach (var (place, json) in change.Set)
        {
            Each(document, place, (parent, member) => Set(parent, member, json), makesWay: true);
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Written))
        {
            if (document is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                document.WriteTo(writer);
            }
        }

        return stream.ToArray();
    }

    private static void Each(JsonNode? document, JsonPlace place, Action<JsonNode, string> act, bool makesWay = false) => Walk(document, place, 0, act, makesWay);

    private static void Walk(JsonNode? node, JsonPlace place, int depth, Action<JsonNode, string> act, bool makesWay)
    {
        var segment = place.Segments[depth];
        if (node is null)
        {
            return;
        }

        foreach (var member in segment == JsonPlace.Every ? Members(node) : [segment])
        {
            if (depth == place.Segments.Length - 1)
            {
                act(node, member);
                continue;
            }

            var child = Child(node, member);
            if (child is null && makesWay && node is JsonObject parent && !parent.ContainsKey(member))
            {
                parent[member] = child = new JsonObject();
            }

            Walk(child, place, depth + 1, act, makesWay);
        }
    }

    // Copied: what is done changes them.
    private static string[] Members(JsonNode node) => node switch
    {
        JsonObject fields => [.. fields.Select(static field => field.Key)],
        JsonArray items => [.. Enumerable.Range(0, items.Count).Reverse().Select(static index => index.ToString(CultureInfo.InvariantCulture))],
        _ => [],
    };

    private static JsonNode? Child(JsonNode node, string member) => node switch
    {
        JsonObject fields => fields[member],
        JsonArray items when Index(items, member) is { } index => items[index],
        _ => null,
    };

    private static void Rename(JsonNode parent, string member, string name)
    {
        if (parent is JsonObject fields && name != member && fields.IndexOf(member) is >= 0 and var place)
        {
            var value = fields[member];
            fields.RemoveAt(place);
            fields.Remove(name);
            fields.Insert(Math.Min(place, fields.Count), name, value);
        }
    }

    private static void Remove(JsonNode parent, string member)
    {
        if (parent is JsonObject fields)
        {
            fields.Remove(member);
        }
        else if (parent is JsonArray items && Index(items, member) is { } index)
        {
            items.RemoveAt(index);
        }
    }

    private static void Set(JsonNode parent, string member, string json)
    {
        if (parent is JsonObject fields)
        {
            fields[member] = JsonNode.Parse(json);
        }
        else if (parent is JsonArray items && member == "-")
        {
            // RFC 6901 4: the element after the last one.
            items.Add(JsonNode.Parse(json));
        }
        else if (parent is JsonArray elements && Index(elements, member) is { } index)
        {
            elements[index] = JsonNode.Parse(json);
        }
    }

    private static int? Index(JsonArray items, string member) =>
        int.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count ? index : null;
}
