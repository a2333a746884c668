using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects;

/// <summary>JSON values as they stand in messages and keys.</summary>
internal static class JsonText
{
    /// <summary>Deepest value that is written; readers and patches stay far below.</summary>
    public const int MaxDepth = 512;

    private const int LongestQuote = 80;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    /// <summary>The value on one line, with no more escapes than JSON asks for.</summary>
    public static string Compact(JsonNode? value) => value is null ? "null" : value.ToJsonString(Plain);

    /// <summary>What a value is, for a message that says what was expected instead.</summary>
    public static string Describe(JsonNode? value)
    {
        if (value is null)
        {
            return "null";
        }

        var text = Compact(value);
        return value.GetValueKind() switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => text.Length > LongestQuote ? "a long string" : $"the string {text}",
            JsonValueKind.Number => $"the number {text}",
            _ => text,
        };
    }
}
