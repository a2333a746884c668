using System.Globalization;
using System.Text.Json;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>The part of JSONPath that printer columns use: fields, <c>[*]</c>, <c>[0]</c> and <c>[?(@.type=="X")]</c>.</summary>
internal static class ColumnPath
{
    private const string FilterStart = "[?(@.";

    /// <summary>The values under a path.</summary>
    public static IEnumerable<JsonElement> Find(JsonElement value, string path)
    {
        if (path.Length == 0)
        {
            return value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? [] : [value];
        }

        return path[0] == '.' ? Field(value, path[1..]) : Items(value, path);
    }

    private static IEnumerable<JsonElement> Field(JsonElement value, string path)
    {
        var end = path.AsSpan().IndexOfAny('.', '[');
        var name = end < 0 ? path : path[..end];
        return Find(value.At(name), end < 0 ? "" : path[end..]);
    }

    private static IEnumerable<JsonElement> Items(JsonElement value, string path)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal) + 1;
        var (step, rest) = (path[..end], path[end..]);
        if (step.StartsWith(FilterStart, StringComparison.Ordinal))
        {
            var condition = step[FilterStart.Length..^2].Split("==");
            return value.Items().Where(item => item.At(condition[0]).Text() == condition[1].Trim('"', '\'')).SelectMany(item => Find(item, rest));
        }

        return step == "[*]"
            ? value.Items().SelectMany(item => Find(item, rest))
            : value.Items().Skip(int.Parse(step[1..^1], CultureInfo.InvariantCulture)).Take(1).SelectMany(item => Find(item, rest));
    }
}
