using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Finds fields by the paths of findings, such as <c>spec.http[0].retries</c>.</summary>
internal static class JsonFieldPath
{
    /// <summary>Takes a field out of its object; does nothing when it is not there.</summary>
    public static void Remove(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject map when map.ContainsKey(path):
                map.Remove(path);
                break;
            case JsonObject map:
                // Names may have dots in them: what the object has decides.
                foreach (var (name, value) in map)
                {
                    if (path.StartsWith(name, StringComparison.Ordinal) && path.Length > name.Length && path[name.Length] is '.' or '[')
                    {
                        Remove(value, path[name.Length] == '.' ? path[(name.Length + 1)..] : path[name.Length..]);
                        return;
                    }
                }

                RemoveEntry(map, path);
                break;
            case JsonArray list when Index(path, out var rest) is { } index && index < list.Count:
                Remove(list[index], rest);
                break;
        }
    }

    // A map's entry stands in brackets: metadata.labels[app].
    private static void RemoveEntry(JsonObject map, string path)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal);
        if (path.StartsWith('[') && end > 0)
        {
            var (name, rest) = (path[1..end], path[(end + 1)..].TrimStart('.'));
            if (rest.Length == 0)
            {
                map.Remove(name);
            }
            else
            {
                Remove(map[name], rest);
            }
        }
    }

    private static int? Index(string path, out string rest)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal);
        rest = end < 0 ? "" : path[(end + 1)..].TrimStart('.');
        return end > 1 && path[0] == '[' && int.TryParse(path.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }
}
