using System.Text.Json;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>Reads values for cells; what is absent or of another form counts as nothing.</summary>
internal static class JsonCells
{
    public const string None = "<none>";

    public static JsonElement At(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return default;
            }
        }

        return value;
    }

    public static string Text(this JsonElement value, string fallback = "") => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Undefined or JsonValueKind.Null => fallback,
        _ => value.GetRawText(),
    };

    public static long Number(this JsonElement value, long fallback = 0) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : fallback;

    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static long Count(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Object => value.GetPropertyCount(),
        _ => 0,
    };

    /// <summary>The values joined by commas, or <see cref="None"/>.</summary>
    public static string Joined(this IEnumerable<string> values)
    {
        var text = string.Join(',', values);
        return text.Length == 0 ? None : text;
    }

    /// <summary>Labels as a selector prints them.</summary>
    public static string Selector(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(label => $"{label.Name}={label.Value.Text()}").Order(StringComparer.Ordinal).Joined() : None;
}
