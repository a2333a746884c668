using System.Buffers;
using System.Text.Json;

namespace Mesh.Config.Yaml;

/// <summary>Turns a tree into the JSON that an API server would hold for it.</summary>
internal static class YamlJson
{
    /// <summary>The tree as a JSON value of its own; of a key that stands twice the first value.</summary>
    public static JsonElement ToJson(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(node, writer);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Write(YamlNode node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case YamlMapping mapping:
                WriteMapping(mapping, writer);
                break;
            case YamlSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar scalar:
                WriteScalar(scalar, writer);
                break;
        }
    }

    private static void WriteMapping(YamlMapping mapping, Utf8JsonWriter writer)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (key, value) in mapping.Entries)
        {
            if (seen.Add(key.Text))
            {
                writer.WritePropertyName(key.Text);
                Write(value, writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteScalar(YamlScalar scalar, Utf8JsonWriter writer)
    {
        switch (scalar.Kind)
        {
            case YamlScalarKind.Null:
                writer.WriteNullValue();
                break;
            case YamlScalarKind.Boolean:
                writer.WriteBooleanValue(scalar.AsBoolean());
                break;
            case YamlScalarKind.Integer when YamlScalar.TryParseInteger(scalar.Text, out var number):
                writer.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case YamlScalarKind.Float when YamlScalar.TryParseFloat(scalar.Text, out var number) && double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
