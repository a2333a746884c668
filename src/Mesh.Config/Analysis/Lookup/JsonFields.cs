using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Mesh.Config.Analysis.Lookup;

/// <summary>Reads objects that may lack any field, or have another type there than they should.</summary>
internal static class JsonFields
{
    private static readonly ImmutableSortedDictionary<string, string> EmptyMap = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>A field of an object; undefined when there is none.</summary>
    public static JsonElement Field(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : default;

    /// <summary>A field of a field.</summary>
    public static JsonElement Field(this JsonElement value, string name, string inner) => value.Field(name).Field(inner);

    /// <summary>Whether there is something other than null.</summary>
    public static bool Exists(this JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A text field; empty when there is none.</summary>
    public static string Text(this JsonElement value, string name) => value.Field(name).Text();

    /// <summary>The text, or what stands for it in JSON; empty when there is none.</summary>
    public static string Text(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    /// <summary>A whole number; 0 when there is none.</summary>
    public static int Number(this JsonElement value, string name) => value.Field(name) switch
    {
        { ValueKind: JsonValueKind.Number } field when field.TryGetInt32(out var number) => number,
        { ValueKind: JsonValueKind.String } field when int.TryParse(field.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };

    public static bool IsTrue(this JsonElement value, string name) => value.Field(name).ValueKind == JsonValueKind.True;

    /// <summary>The items of a list; none when it is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value, string name) =>
        value.Field(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The fields of an object; none when it is no object.</summary>
    public static IEnumerable<JsonProperty> Fields(this JsonElement value, string name) =>
        value.Field(name) is { ValueKind: JsonValueKind.Object } fields ? fields.EnumerateObject() : [];

    /// <summary>An object of texts, such as labels.</summary>
    public static ImmutableSortedDictionary<string, string> Map(this JsonElement value, string name) =>
        value.Field(name).ValueKind == JsonValueKind.Object
            ? EmptyMap.AddRange(value.Fields(name).Select(field => KeyValuePair.Create(field.Name, field.Value.Text())))
            : EmptyMap;
}
