using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Client.Xds.Resources;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>What a snapshot holds, and how it is written: JSON, so that a person can read what a process would start with.</summary>
/// <param name="Owner">The workload that accepted the resources.</param>
/// <param name="Resources">As they came over the wire.</param>
internal sealed record SnapshotContent(string Owner, ImmutableArray<HeldResource> Resources)
{
    /// <summary>Grows when an older reader would misunderstand the newer form.</summary>
    public const int Schema = 1;

    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("owner", Owner);
            json.WriteStartArray("resources");
            foreach (var resource in Resources)
            {
                json.WriteStartObject();
                json.WriteString("type", resource.TypeUrl);
                json.WriteString("name", resource.Name);
                json.WriteString("version", resource.Version);
                json.WriteBase64String("bytes", resource.Bytes.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="FormatException">It is not a snapshot that this version can read.</exception>
    public static SnapshotContent Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var schema = root.GetProperty("schema").GetInt32();
            return schema != Schema
                ? throw new FormatException($"expected schema {Schema}, got {schema}: it was written by another version of the mesh")
                : new SnapshotContent(root.GetProperty("owner").GetString() ?? "", [.. root.GetProperty("resources").EnumerateArray().Select(Read)]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"not a snapshot: {exception.Message}", exception);
        }
    }

    private static HeldResource Read(JsonElement resource) => new(
        Text(resource, "type"), Text(resource, "name"), Text(resource, "version"), resource.GetProperty("bytes").GetBytesFromBase64());

    private static string Text(JsonElement resource, string field) => resource.GetProperty(field).GetString() ?? "";
}
