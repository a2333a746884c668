using System.Text.Json.Nodes;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Reads and writes the <c>metadata</c> of objects that are being written.</summary>
internal static class ObjectMetadata
{
    /// <summary>The object's metadata, made when it has none.</summary>
    public static JsonObject Of(JsonObject document)
    {
        if (document["metadata"] is JsonObject metadata)
        {
            return metadata;
        }

        metadata = [];
        document["metadata"] = metadata;
        return metadata;
    }

    public static string Text(JsonObject document, string field) =>
        document["metadata"] is JsonObject metadata && metadata[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>Checks that the body speaks of what the path names, and fills in what it leaves out.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static void Match(JsonObject document, ObjectPath path)
    {
        RequireText(document, "apiVersion", path.ApiVersion, given =>
            $"the API version in the data ({given}) does not match the expected API version ({path.ApiVersion})");
        RequireText(document, "kind", path.Kind.Kind, given =>
            $"{given} in version \"{path.Version}\" cannot be handled as a {path.Kind.Kind}: the kind in the data does not match");
        var metadata = document["metadata"] switch
        {
            null => Of(document),
            JsonObject found => found,
            _ => throw ApiException.BadRequest("metadata: expected an object"),
        };
        if (path.Namespace is { } ns)
        {
            RequireText(metadata, "namespace", ns, given => $"the namespace of the provided object does not match the namespace sent on the request ({given} instead of {ns})");
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (path.Name is { } name)
        {
            RequireText(metadata, "name", name, given => $"the name of the object ({given}) does not match the name on the URL ({name})");
        }
    }

    private static void RequireText(JsonObject map, string field, string expected, Func<string, string> message)
    {
        switch (map[field])
        {
            case null:
            case JsonValue empty when empty.TryGetValue<string>(out var text) && text.Length == 0:
                map[field] = expected;
                break;
            case var given when given.ToString() != expected:
                throw ApiException.BadRequest(message(given.ToString()));
        }
    }
}
