using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Patches;

/// <summary>The document that a JSON patch works on, changed in place.</summary>
internal sealed class JsonPatchTarget(JsonNode? document)
{
    private const string Root = "";

    private readonly JsonObject _holder = new() { [Root] = document };
    private int _copiedBytes;

    /// <summary>The document, detached.</summary>
    public JsonNode? Take()
    {
        var result = _holder[Root];
        _holder.Remove(Root);
        return result;
    }

    public JsonNode? Get(string path)
    {
        var (parent, token) = Parent(path);
        return Child(parent, token, path);
    }

    public void Add(string path, JsonNode? value)
    {
        var (parent, token) = Parent(path, value);
        switch (parent)
        {
            case JsonObject map:
                map[token] = value;
                break;
            case JsonArray list when token == JsonPointer.End:
                list.Add(value);
                break;
            case JsonArray list when JsonPointer.Index(token, list.Count + 1) is { } index:
                list.Insert(index, value);
                break;
            default:
                throw Missing(parent, token, path);
        }
    }

    public JsonNode? Remove(string path)
    {
        var (parent, token) = Parent(path);
        var value = Child(parent, token, path);
        if (parent is JsonObject map)
        {
            map.Remove(token);
        }
        else if (parent is JsonArray list)
        {
            list.RemoveAt(JsonPointer.Index(token, list.Count)!.Value);
        }

        return value;
    }

    public void Replace(string path, JsonNode? value)
    {
        var (parent, token) = Parent(path, value);
        _ = Child(parent, token, path);
        if (parent is JsonObject map)
        {
            map[token] = value;
        }
        else if (parent is JsonArray list)
        {
            list[JsonPointer.Index(token, list.Count)!.Value] = value;
        }
    }

    public void Copy(string from, string path)
    {
        var value = Get(from)?.DeepClone();
        _copiedBytes += Encoding.UTF8.GetByteCount(JsonText.Compact(value));
        if (_copiedBytes > JsonPatch.MaxCopiedBytes)
        {
            throw new PatchException(PatchFailure.TooLarge, path, $"the copy operations of the patch make more than {JsonPatch.MaxCopiedBytes} bytes");
        }

        Add(path, value);
    }

    private (JsonNode Parent, string Token) Parent(string path, JsonNode? added = null)
    {
        var tokens = JsonPointer.Parse(path);

        // Copies into themselves double the depth with every operation, and depth is stack to all that walk a document.
        if (tokens.Length + Depth(added) > JsonPatch.MaxDepth)
        {
            throw new PatchException(PatchFailure.TooLarge, path, $"the patch makes the document deeper than {JsonPatch.MaxDepth} levels");
        }

        if (tokens.Length == 0)
        {
            return (_holder, Root);
        }

        var node = _holder[Root];
        foreach (var token in tokens.AsSpan(0, tokens.Length - 1))
        {
            node = Child(node, token, path);
        }

        return (node ?? throw Missing(node, tokens[^1], path), tokens[^1]);
    }

    private static int Depth(JsonNode? value) => value switch
    {
        JsonObject map => 1 + map.Select(field => Depth(field.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonNode? Child(JsonNode? parent, string token, string path) => parent switch
    {
        JsonObject map when map.TryGetPropertyValue(token, out var value) => value,
        JsonArray list when JsonPointer.Index(token, list.Count) is { } index => list[index],
        _ => throw Missing(parent, token, path),
    };

    private static PatchException Missing(JsonNode? parent, string token, string path)
    {
        var reason = parent switch
        {
            JsonObject => $"there is no field \"{token}\"",
            JsonArray list => $"there is no item \"{token}\" in a list of {list.Count}",
            _ => $"\"{token}\" is looked for in {JsonText.Describe(parent)}",
        };
        return new PatchException(PatchFailure.NotApplicable, path, $"the path \"{path}\" does not exist: {reason}");
    }
}
