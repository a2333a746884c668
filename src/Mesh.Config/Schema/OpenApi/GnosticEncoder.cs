using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>
/// Turns an OpenAPI v2 document into gnostic's openapi.v2.Document, which kubectl up to 1.28 reads instead of JSON.
/// Only what <see cref="OpenApiV2"/> writes is known; anything else fails, so that nothing is lost unseen.
/// </summary>
internal sealed class GnosticEncoder
{
    private const string Extension = "x-";

    private readonly MessageWriter _writer = new();

    private GnosticEncoder()
    {
    }

    public static byte[] Encode(JsonObject document)
    {
        var encoder = new GnosticEncoder();
        encoder.Document(document);
        return encoder._writer.ToArray();
    }

    private void Document(JsonObject document)
    {
        Text(1, document["swagger"]);
        Message(2, document["info"]!, info =>
        {
            Text(1, info["title"]);
            Text(2, info["version"]);
        });
        Message(8, document["paths"]!, paths => Named(2, paths, PathItem));
        Message(9, document["definitions"]!, definitions => Named(1, definitions, Schema));
    }

    private void PathItem(JsonObject path)
    {
        foreach (var (key, value) in path)
        {
            switch (key)
            {
                case "get":
                    Message(2, value!, Operation);
                    break;
                case "put":
                    Message(3, value!, Operation);
                    break;
                case "post":
                    Message(4, value!, Operation);
                    break;
                case "delete":
                    Message(5, value!, Operation);
                    break;
                case "patch":
                    Message(8, value!, Operation);
                    break;
                case "parameters":
                    Messages(9, value!, Parameter);
                    break;
                default:
                    throw Unknown("path", key);
            }
        }
    }

    private void Operation(JsonObject operation)
    {
        foreach (var (key, value) in operation)
        {
            switch (key)
            {
                case "tags":
                    Texts(1, value!);
                    break;
                case "description":
                    Text(3, value);
                    break;
                case "operationId":
                    Text(5, value);
                    break;
                case "produces":
                    Texts(6, value!);
                    break;
                case "consumes":
                    Texts(7, value!);
                    break;
                case "parameters":
                    Messages(8, value!, Parameter);
                    break;
                case "responses":
                    Message(9, value!, responses => Named(1, responses, response => Message(1, response, Response)));
                    break;
                case var _ when key.StartsWith(Extension, StringComparison.Ordinal):
                    Any(13, key, value);
                    break;
                default:
                    throw Unknown("operation", key);
            }
        }
    }

    /// <summary>ParametersItem { Parameter { body | non-body { query | path } } }.</summary>
    private void Parameter(JsonObject parameter)
    {
        var place = parameter["in"]!.GetValue<string>();
        Message(1, parameter, _ =>
        {
            switch (place)
            {
                case "body":
                    Message(1, parameter, Body);
                    break;
                case "query":
                    Message(2, parameter, _ => Message(3, parameter, Query));
                    break;
                case "path":
                    Message(2, parameter, _ => Message(4, parameter, Path));
                    break;
                default:
                    throw Unknown("parameter", place);
            }
        });
    }

    private void Body(JsonObject parameter)
    {
        Text(2, parameter["name"]);
        Text(3, parameter["in"]);
        Flag(4, parameter["required"]);
        Message(5, parameter["schema"]!, Schema);
    }

    private void Query(JsonObject parameter)
    {
        Text(2, parameter["in"]);
        Text(3, parameter["description"]);
        Text(4, parameter["name"]);
        Text(6, parameter["type"]);
        Flag(20, parameter["uniqueItems"]);
    }

    private void Path(JsonObject parameter)
    {
        Flag(1, parameter["required"]);
        Text(2, parameter["in"]);
        Text(3, parameter["description"]);
        Text(4, parameter["name"]);
        Text(5, parameter["type"]);
        Flag(19, parameter["uniqueItems"]);
    }

    private void Response(JsonObject response)
    {
        Text(1, response["description"]);
        Message(2, response["schema"]!, schema => Message(1, schema, Schema));
    }

    private void Schema(JsonObject schema)
    {
        foreach (var (key, value) in schema)
        {
            switch (key)
            {
                case "$ref":
                    Text(1, value);
                    break;
                case "format":
                    Text(2, value);
                    break;
                case "description":
                    Text(4, value);
                    break;
                case "required":
                    Texts(19, value!);
                    break;
                case "enum":
                    Enumeration(value!.AsArray());
                    break;
                case "additionalProperties":
                    Message(21, value!, values => Message(1, values, Schema));
                    break;
                case "type":
                    Message(22, schema, _ => Text(1, value));
                    break;
                case "items":
                    Message(23, value!, items => Message(1, items, Schema));
                    break;
                case "properties":
                    Message(25, value!, properties => Named(1, properties, Schema));
                    break;
                case var _ when key.StartsWith(Extension, StringComparison.Ordinal):
                    Any(31, key, value);
                    break;
                default:
                    throw Unknown("schema", key);
            }
        }
    }

    /// <summary>Any { yaml } for each value; JSON is YAML.</summary>
    private void Enumeration(JsonArray values)
    {
        foreach (var value in values)
        {
            var start = _writer.Begin(20);
            _writer.Text(2, value!.ToJsonString());
            _writer.End(start);
        }
    }

    /// <summary>NamedAny { name, Any { yaml } }.</summary>
    private void Any(int field, string name, JsonNode? value)
    {
        var pair = _writer.Begin(field);
        _writer.Text(1, name);
        var any = _writer.Begin(2);
        _writer.Text(2, value?.ToJsonString() ?? "null");
        _writer.End(any);
        _writer.End(pair);
    }

    /// <summary>Pairs of a name (1) and a value (2), which stand for a map.</summary>
    private void Named(int field, JsonObject map, Action<JsonObject> write)
    {
        foreach (var (name, value) in map)
        {
            var pair = _writer.Begin(field);
            _writer.Text(1, name);
            Message(2, value!, write);
            _writer.End(pair);
        }
    }

    private void Messages(int field, JsonNode list, Action<JsonObject> write)
    {
        foreach (var item in list.AsArray())
        {
            Message(field, item!, write);
        }
    }

    private void Message(int field, JsonNode value, Action<JsonObject> write)
    {
        var start = _writer.Begin(field);
        write(value.AsObject());
        _writer.End(start);
    }

    private void Texts(int field, JsonNode list)
    {
        foreach (var value in list.AsArray())
        {
            Text(field, value);
        }
    }

    private void Text(int field, JsonNode? value)
    {
        if (value is not null)
        {
            _writer.Text(field, value.GetValue<string>());
        }
    }

    private void Flag(int field, JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.True)
        {
            _writer.Flag(field);
        }
    }

    private static NotSupportedException Unknown(string place, string key) => new($"An OpenAPI {place} with \"{key}\" has no protobuf form here; add it to {nameof(GnosticEncoder)}.");
}
