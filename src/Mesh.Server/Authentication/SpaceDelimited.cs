using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Mesh.Server.Authentication;

/// <summary>Makes lists of claims that are lists of words (RFC 8693 4.2), as Envoy does before policies see them.</summary>
internal static class SpaceDelimited
{
    /// <summary>The claims with a list in place of each named text; the same ones when there is none. Dots in a name go into nested claims.</summary>
    public static JsonElement Split(JsonElement claims, ImmutableArray<string> names)
    {
        if (!names.Any(name => IsText(claims, name)))
        {
            return claims;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteObject(writer, claims, "", names);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static bool IsText(JsonElement claims, string name) => ClaimPath.Find(claims, name)?.ValueKind is JsonValueKind.String;

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value, string prefix, ImmutableArray<string> names)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            var path = prefix + member.Name;
            writer.WritePropertyName(member.Name);
            if (member.Value.ValueKind is JsonValueKind.String && names.Contains(path))
            {
                WriteWords(writer, member.Value.GetString()!);
            }
            else if (member.Value.ValueKind is JsonValueKind.Object && names.Any(name => name.StartsWith(path + ".", StringComparison.Ordinal)))
            {
                WriteObject(writer, member.Value, path + ".", names);
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartArray();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
