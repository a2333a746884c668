using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Patches;

/// <summary>JSON patch (RFC 6902): add, remove, replace, move, copy and test, all or nothing.</summary>
internal static class JsonPatch
{
    /// <summary>Operations in one patch, as in kube-apiserver.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Bytes that all copy operations of a patch may make together: copying a document into itself doubles it each time.</summary>
    public const int MaxCopiedBytes = 3 * 1024 * 1024;

    /// <summary>Levels of nesting that a patch may make.</summary>
    public const int MaxDepth = 128;

    /// <summary>The patched document; the arguments stay as they are.</summary>
    /// <exception cref="PatchException">The patch is malformed, does not fit, or a test failed.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            throw new PatchException(PatchFailure.Malformed, "", $"expected a JSON patch that is a list of operations, found {JsonText.Describe(patch)}");
        }

        if (operations.Count > MaxOperations)
        {
            throw new PatchException(PatchFailure.TooLarge, "", $"the patch has {operations.Count} operations; at most {MaxOperations} are allowed");
        }

        // A holder makes the whole document a value like any other, so that an empty pointer needs no case of its own.
        var target = new JsonPatchTarget(document?.DeepClone());
        for (var index = 0; index < operations.Count; index++)
        {
            Apply(target, operations[index], $"operation {index}");
        }

        return target.Take();
    }

    /// <summary>The patched object.</summary>
    /// <exception cref="PatchException">As above, or the result is no object.</exception>
    public static JsonObject Apply(JsonObject document, JsonNode? patch) =>
        Apply((JsonNode)document, patch) as JsonObject
        ?? throw new PatchException(PatchFailure.NotApplicable, "", "the patch replaces the resource by something that is not an object");

    private static void Apply(JsonPatchTarget target, JsonNode? node, string place)
    {
        if (node is not JsonObject operation)
        {
            throw new PatchException(PatchFailure.Malformed, place, $"{place}: expected an object with \"op\" and \"path\", found {JsonText.Describe(node)}");
        }

        var name = Text(operation, "op", place);
        var path = Text(operation, "path", place);
        switch (name)
        {
            case "add":
                target.Add(path, Value(operation, place)?.DeepClone());
                break;
            case "remove":
                target.Remove(path);
                break;
            case "replace":
                target.Replace(path, Value(operation, place)?.DeepClone());
                break;
            case "move":
                Move(target, Text(operation, "from", place), path);
                break;
            case "copy":
                target.Copy(Text(operation, "from", place), path);
                break;
            case "test":
                Test(target, path, Value(operation, place));
                break;
            default:
                throw new PatchException(PatchFailure.Malformed, place, $"{place}: unknown op \"{name}\"; use add, remove, replace, move, copy or test");
        }
    }

    private static void Move(JsonPatchTarget target, string from, string path)
    {
        // RFC 6902 section 4.4: a value cannot be moved into one of its children.
        if (path.StartsWith(from + "/", StringComparison.Ordinal))
        {
            throw new PatchException(PatchFailure.NotApplicable, path, $"\"{from}\" cannot be moved into itself at \"{path}\"");
        }

        if (from == path)
        {
            _ = target.Get(from);
            return;
        }

        target.Add(path, target.Remove(from));
    }

    private static void Test(JsonPatchTarget target, string path, JsonNode? expected)
    {
        var found = target.Get(path);
        if (!JsonNode.DeepEquals(found, expected))
        {
            throw new PatchException(PatchFailure.NotApplicable, path, $"testing value {path} failed: expected {JsonText.Describe(expected)}, found {JsonText.Describe(found)}");
        }
    }

    private static string Text(JsonObject operation, string member, string place) =>
        operation[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw new PatchException(PatchFailure.Malformed, place, $"{place}: \"{member}\" is required and must be a string, found {JsonText.Describe(operation[member])}");

    private static JsonNode? Value(JsonObject operation, string place) =>
        operation.TryGetPropertyValue("value", out var value)
            ? value
            : throw new PatchException(PatchFailure.Malformed, place, $"{place}: \"value\" is required; give null when null is meant");
}
