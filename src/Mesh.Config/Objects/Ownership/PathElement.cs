using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config.Schema;

namespace Mesh.Config.Objects.Ownership;

/// <summary>
/// One step of a path in the notation of FieldsV1: <c>f:name</c>, <c>k:{"port":80}</c> for a list item by its keys,
/// <c>v:"x"</c> for an item of a set, <c>i:0</c> for one by place. Equal steps are equal texts.
/// </summary>
internal static class PathElement
{
    public const string Self = ".";

    private const string FieldPrefix = "f:";
    private const string KeyPrefix = "k:";
    private const string ValuePrefix = "v:";
    private const string IndexPrefix = "i:";

    public static string Field(string name) => FieldPrefix + name;

    public static string Index(int index) => IndexPrefix + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name, when the step is a field.</summary>
    public static string? FieldName(string element) =>
        element.StartsWith(FieldPrefix, StringComparison.Ordinal) ? element[FieldPrefix.Length..] : null;

    /// <summary>The step to an item of a list whose items have an identity; null when the item has none.</summary>
    public static string? Item(TypeSchema list, JsonNode? item)
    {
        if (list.ListType == ListType.Set)
        {
            return item is JsonValue ? ValuePrefix + Canonical(item) : null;
        }

        if (item is not JsonObject fields)
        {
            return null;
        }

        var keys = new JsonObject();
        foreach (var name in list.Keys.Order(StringComparer.Ordinal))
        {
            var value = fields[name] ?? Default(list, name);
            if (value is not JsonValue)
            {
                return null;
            }

            keys[name] = value.DeepClone();
        }

        return KeyPrefix + Canonical(keys);
    }

    /// <summary>The step as a client wrote it, in the one form that all equal steps have; null when it is no step.</summary>
    public static string? Parse(string text)
    {
        if (text.StartsWith(FieldPrefix, StringComparison.Ordinal))
        {
            return text;
        }

        if (text.StartsWith(IndexPrefix, StringComparison.Ordinal))
        {
            return int.TryParse(text.AsSpan(IndexPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? Index(index) : null;
        }

        var prefix = text.Length > KeyPrefix.Length ? text[..KeyPrefix.Length] : "";
        if (prefix is not (KeyPrefix or ValuePrefix))
        {
            return null;
        }

        try
        {
            var value = JsonNode.Parse(text[prefix.Length..], documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return prefix == KeyPrefix && value is not JsonObject ? null : prefix + Canonical(value);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A path as conflicts show it, such as <c>.spec.ports[port=80,protocol="TCP"].name</c>.</summary>
    public static string Display(IEnumerable<string> path)
    {
        var text = new StringBuilder();
        foreach (var element in path)
        {
            var rest = element[FieldPrefix.Length..];
            _ = element[..FieldPrefix.Length] switch
            {
                FieldPrefix => text.Append('.').Append(rest),
                KeyPrefix => text.Append('[').AppendJoin(',', Keys(rest)).Append(']'),
                ValuePrefix => text.Append("[=").Append(rest).Append(']'),
                _ => text.Append('[').Append(rest).Append(']'),
            };
        }

        return text.ToString();
    }

    private static IEnumerable<string> Keys(string json) =>
        JsonNode.Parse(json)!.AsObject().Select(entry => $"{entry.Key}={JsonText.Compact(entry.Value)}");

    private static JsonNode? Default(TypeSchema list, string key) =>
        list.Items!.Fields.TryGetValue(key, out var field) && field.Default is { } text ? JsonNode.Parse(text) : null;

    /// <summary>Equal values in equal words: keys sorted, numbers by value.</summary>
    private static string Canonical(JsonNode? value) => value switch
    {
        JsonObject map => "{" + string.Join(",", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{JsonText.Compact(entry.Key)}:{Canonical(entry.Value)}")) + "}",
        JsonArray list => "[" + string.Join(",", list.Select(Canonical)) + "]",
        JsonValue number when number.GetValueKind() == JsonValueKind.Number => CanonicalNumber(JsonText.Compact(number)),
        _ => JsonText.Compact(value),
    };

    private static string CanonicalNumber(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            ? (exact / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
            : text;
}
