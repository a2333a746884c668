using System.Security.Cryptography;
using System.Text.Json;

namespace Mesh.ControlPlane.Stores.Documents;

/// <summary>Names the content of a JSON value, whatever the order of its keys.</summary>
internal static class DocumentHash
{
    private const int Length = 16;

    /// <summary>Of the whole value.</summary>
    public static string Of(JsonElement value) => Name(JsonText.Write(writer => WriteSorted(value, writer)).WrittenSpan);

    /// <summary>Of what the resource says, without what is said about it: a change of it makes a new generation.</summary>
    public static string OfBody(JsonElement document) => Name(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var property in Sorted(document).Where(property => property.Name is not ("apiVersion" or "kind" or "metadata" or "status")))
        {
            writer.WritePropertyName(property.Name);
            WriteSorted(property.Value, writer);
        }

        writer.WriteEndObject();
    }).WrittenSpan);

    private static string Name(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Convert.ToHexStringLower(hash[..Length]);
    }

    private static void WriteSorted(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in Sorted(value))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteSorted(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static IEnumerable<JsonProperty> Sorted(JsonElement value) => value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal);
}
