using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>
/// Turns an OpenAPI v2 document into gnostic's openapi.v2.Document, which kubectl up to 1.28 reads instead of JSON.
/// Only what <see cref="OpenApiV2"/> writes is known; anything else fails, so that nothing is lost unseen.
/// </summary>
internal static class GnosticEncoder
{
    private const string Extension = "x-";

    public static byte[] Encode(JsonObject document) => Message(
        Text(1, document["swagger"]),
        Nested(2, Message(Text(1, document["info"]!["title"]), Text(2, document["info"]!["version"]))),
        Nested(8, Named(2, document["paths"]!.AsObject(), PathItem)),
        Nested(9, Named(1, document["definitions"]!.AsObject(), Schema)));

    private static byte[] PathItem(JsonObject path) => Message(path.Select(member => member.Key switch
    {
        "get" => Nested(2, Operation(member.Value!.AsObject())),
        "put" => Nested(3, Operation(member.Value!.AsObject())),
        "post" => Nested(4, Operation(member.Value!.AsObject())),
        "delete" => Nested(5, Operation(member.Value!.AsObject())),
        "patch" => Nested(8, Operation(member.Value!.AsObject())),
        "parameters" => Repeated(9, member.Value!, Parameter),
        _ => throw Unknown("path", member.Key),
    }));

    private static byte[] Operation(JsonObject operation) => Message(operation.Select(member => member.Key switch
    {
        "tags" => Texts(1, member.Value!),
        "description" => Text(3, member.Value),
        "operationId" => Text(5, member.Value),
        "produces" => Texts(6, member.Value!),
        "consumes" => Texts(7, member.Value!),
        "parameters" => Repeated(8, member.Value!, Parameter),
        "responses" => Nested(9, Named(1, member.Value!.AsObject(), response => Message(Nested(1, Response(response))))),
        var key when key.StartsWith(Extension, StringComparison.Ordinal) => Any(13, key, member.Value),
        _ => throw Unknown("operation", member.Key),
    }));

    /// <summary>ParametersItem { Parameter { body | non-body { query | path } } }.</summary>
    private static byte[] Parameter(JsonObject parameter)
    {
        var place = parameter["in"]!.GetValue<string>();
        var known = place switch
        {
            "body" => Nested(1, Message(
                Text(2, parameter["name"]), Text(3, parameter["in"]), Flag(4, parameter["required"]), Nested(5, Schema(parameter["schema"]!.AsObject())))),
            "query" => Nested(2, Message(Nested(3, Message(
                Text(2, parameter["in"]), Text(3, parameter["description"]), Text(4, parameter["name"]), Text(6, parameter["type"]), Flag(20, parameter["uniqueItems"]))))),
            "path" => Nested(2, Message(Nested(4, Message(
                Flag(1, parameter["required"]), Text(2, parameter["in"]), Text(3, parameter["description"]), Text(4, parameter["name"]), Text(5, parameter["type"]), Flag(19, parameter["uniqueItems"]))))),
            _ => throw Unknown("parameter", place),
        };
        return Message(Nested(1, Message(known)));
    }

    private static byte[] Response(JsonObject response) =>
        Message(Text(1, response["description"]), Nested(2, Message(Nested(1, Schema(response["schema"]!.AsObject())))));

    private static byte[] Schema(JsonObject schema) => Message(schema.Select(member => member.Key switch
    {
        "$ref" => Text(1, member.Value),
        "format" => Text(2, member.Value),
        "description" => Text(4, member.Value),
        "required" => Texts(19, member.Value!),
        "enum" => Concat([.. member.Value!.AsArray().Select(value => Nested(20, Message(Text(2, value!.ToJsonString()))))]),
        "additionalProperties" => Nested(21, Message(Nested(1, Schema(member.Value!.AsObject())))),
        "type" => Nested(22, Message(Text(1, member.Value))),
        "items" => Nested(23, Message(Nested(1, Schema(member.Value!.AsObject())))),
        "properties" => Nested(25, Named(1, member.Value!.AsObject(), Schema)),
        var key when key.StartsWith(Extension, StringComparison.Ordinal) => Any(31, key, member.Value),
        _ => throw Unknown("schema", member.Key),
    }));

    /// <summary>Pairs of a name (1) and a value (2), which stand for a map.</summary>
    private static byte[] Named(int field, JsonObject map, Func<JsonObject, byte[]> value) =>
        Concat([.. map.Select(entry => Nested(field, Message(Text(1, entry.Key), Nested(2, value(entry.Value!.AsObject())))))]);

    /// <summary>NamedAny { name, Any { yaml } }; JSON is YAML.</summary>
    private static byte[] Any(int field, string name, JsonNode? value) =>
        Nested(field, Message(Text(1, name), Nested(2, Message(Text(2, value?.ToJsonString() ?? "null")))));

    private static byte[] Repeated(int field, JsonNode list, Func<JsonObject, byte[]> item) =>
        Concat([.. list.AsArray().Select(value => Nested(field, item(value!.AsObject())))]);

    private static byte[] Texts(int field, JsonNode list) => Concat([.. list.AsArray().Select(value => Text(field, value))]);

    private static byte[] Text(int field, JsonNode? value) => value is null ? [] : Text(field, value.GetValue<string>());

    private static byte[] Text(int field, string value) => Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    private static byte[] Flag(int field, JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.True ? Write(field, WireFormat.WireType.Varint, static output => output.WriteBool(true)) : [];

    private static byte[] Nested(int field, byte[] message) =>
        Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(UnsafeByteOperations.UnsafeWrap(message)));

    private static byte[] Message(params IEnumerable<byte[]> parts) => Concat([.. parts]);

    private static byte[] Concat(byte[][] parts)
    {
        var whole = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }

        return whole;
    }

    private static byte[] Write(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, bufferSize: 64, leaveOpen: true))
        {
            output.WriteTag(field, type);
            write(output);
        }

        return stream.ToArray();
    }

    private static NotSupportedException Unknown(string place, string key) => new($"An OpenAPI {place} with \"{key}\" has no protobuf form here; add it to {nameof(GnosticEncoder)}.");
}
