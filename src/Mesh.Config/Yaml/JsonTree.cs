using System.Text.Json;

namespace Mesh.Config.Yaml;

/// <summary>Reads JSON into the tree that YAML is read into, so that both go the same way from there; places are unknown.</summary>
internal static class JsonTree
{
    /// <summary>The tree of a JSON value.</summary>
    /// <exception cref="YamlFormatException">Beyond the limits.</exception>
    public static YamlNode Read(JsonElement value, YamlLimits limits)
    {
        var nodes = 0;
        return Read(value, limits, depth: 1, ref nodes);
    }

    private static YamlNode Read(JsonElement value, YamlLimits limits, int depth, ref int nodes)
    {
        if (++nodes > limits.Nodes)
        {
            throw new YamlFormatException(0, 0, $"more than {limits.Nodes} values in one document");
        }

        if (depth > limits.Depth + 1)
        {
            throw new YamlFormatException(0, 0, $"nested deeper than {limits.Depth} levels");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var entries = new List<YamlEntry>();
                foreach (var property in value.EnumerateObject())
                {
                    entries.Add(new YamlEntry(Scalar(property.Name, YamlScalarKind.String), Read(property.Value, limits, depth + 1, ref nodes)));
                }

                return new YamlMapping(0, 0, entries);
            case JsonValueKind.Array:
                var items = new List<YamlNode>(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    items.Add(Read(item, limits, depth + 1, ref nodes));
                }

                return new YamlSequence(0, 0, items);
            case JsonValueKind.True or JsonValueKind.False:
                return Scalar(value.GetRawText(), YamlScalarKind.Boolean);
            case JsonValueKind.Number:
                var text = value.GetRawText();
                return Scalar(text, text.AsSpan().ContainsAny('.', 'e', 'E') ? YamlScalarKind.Float : YamlScalarKind.Integer);
            case JsonValueKind.String:
                return Scalar(value.GetString()!, YamlScalarKind.String);
            default:
                return Scalar("", YamlScalarKind.Null);
        }
    }

    private static YamlScalar Scalar(string text, YamlScalarKind kind) => new(0, 0, text, kind);
}
