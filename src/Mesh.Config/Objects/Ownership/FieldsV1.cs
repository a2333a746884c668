using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Ownership;

/// <summary>The JSON form of a <see cref="FieldSet"/> in <c>metadata.managedFields</c>.</summary>
internal static class FieldsV1
{
    public static JsonObject Write(FieldSet set)
    {
        var json = new JsonObject();
        foreach (var (element, child) in set.Children)
        {
            var value = Write(child);
            if (child is { Owned: true, Children.IsEmpty: false })
            {
                value.Insert(0, PathElement.Self, new JsonObject());
            }

            json[element] = value;
        }

        return json;
    }

    /// <summary>The set; null when the JSON is none.</summary>
    public static FieldSet? Read(JsonNode? json)
    {
        if (json is not JsonObject map)
        {
            return null;
        }

        var owned = map.Count == 0;
        var children = new List<KeyValuePair<string, FieldSet>>(map.Count);
        foreach (var (text, value) in map)
        {
            if (text == PathElement.Self)
            {
                owned = true;
            }
            else if (PathElement.Parse(text) is { } element && Read(value) is { } child)
            {
                children.Add(KeyValuePair.Create(element, child));
            }
            else
            {
                return null;
            }
        }

        return FieldSet.Of(owned, children);
    }
}
