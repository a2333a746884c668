using System.Buffers;
using System.Text.Json;

namespace Mesh.ControlPlane.Stores.Documents;

/// <summary>Makes JSON values that own their memory.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What a function writes, as a value.</summary>
    public static JsonElement Build(Action<Utf8JsonWriter> write)
    {
        var reader = new Utf8JsonReader(Write(write).WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>What a function writes, as bytes.</summary>
    public static ArrayBufferWriter<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            write(writer);
        }

        return buffer;
    }

    /// <summary>A property of an object; null when the value is no object, has no such property, or it is null.</summary>
    public static JsonElement? Find(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var property) && property.ValueKind != JsonValueKind.Null ? property : null;
}
