using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>Tells whether two objects say the same, whatever the order of their fields and the blanks between: equal digests, equal objects.</summary>
internal static class CanonicalJson
{
    public static byte[] Digest(JsonElement document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(document, writer);
        }

        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
