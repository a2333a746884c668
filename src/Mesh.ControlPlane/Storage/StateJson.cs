using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.ControlPlane.Storage;

/// <summary>Documents of the state as JSON that a person can read.</summary>
internal static class StateJson
{
    private static readonly JsonSerializerOptions Document = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions Line = new(Document) { WriteIndented = false };

    /// <returns>Null when there is no such document.</returns>
    /// <exception cref="StateException">It is damaged.</exception>
    public static T? Read<T>(IStateStore store, string name)
        where T : class
    {
        if (store.Read(name) is not { } content)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(content, Document) ?? throw new JsonException("expected an object, got null");
        }
        catch (JsonException exception)
        {
            throw new StateException($"{store.Locate(name)} is damaged: {exception.Message} Restore it from a backup, or remove it if what it holds may be lost (docs/authority.md).", exception);
        }
    }

    public static void Write<T>(IStateStore store, string name, T document) => store.Write(name, JsonSerializer.SerializeToUtf8Bytes(document, Document));

    public static byte[] ToLine<T>(T record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, Line), (byte)'\n'];

    /// <returns>Null when the line is no such record, as the last one of a crash may be.</returns>
    public static T? ParseLine<T>(ReadOnlySpan<byte> line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
