using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Mesh.Config.Tests.Schema;

/// <summary>Reads gnostic's openapi.v2.Document back into JSON, from the numbers of its proto file and apart from the encoder.</summary>
internal static class GnosticDecoder
{
    private enum Form
    {
        Text,
        Flag,
        Texts,
        Any,
        AnyList,
        Extension,
        Message,
        Messages,
        Map,
        Wrapped,
    }

    private sealed record Field(string Name, Form Form, string Type = "");

    private static readonly Dictionary<string, Dictionary<int, Field>> Types = new()
    {
        ["Document"] = new() { [1] = new("swagger", Form.Text), [2] = new("info", Form.Message, "Info"), [8] = new("paths", Form.Message, "Paths"), [9] = new("definitions", Form.Message, "NamedSchemas") },
        ["Info"] = new() { [1] = new("title", Form.Text), [2] = new("version", Form.Text) },
        ["Paths"] = new() { [2] = new("", Form.Map, "PathItem") },
        ["PathItem"] = new()
        {
            [2] = new("get", Form.Message, "Operation"), [3] = new("put", Form.Message, "Operation"), [4] = new("post", Form.Message, "Operation"),
            [5] = new("delete", Form.Message, "Operation"), [8] = new("patch", Form.Message, "Operation"), [9] = new("parameters", Form.Messages, "ParametersItem"),
        },
        ["Operation"] = new()
        {
            [1] = new("tags", Form.Texts), [3] = new("description", Form.Text), [5] = new("operationId", Form.Text), [6] = new("produces", Form.Texts),
            [7] = new("consumes", Form.Texts), [8] = new("parameters", Form.Messages, "ParametersItem"), [9] = new("responses", Form.Message, "Responses"), [13] = new("", Form.Extension),
        },
        ["ParametersItem"] = new() { [1] = new("", Form.Wrapped, "Parameter") },
        ["Parameter"] = new() { [1] = new("", Form.Wrapped, "BodyParameter"), [2] = new("", Form.Wrapped, "NonBodyParameter") },
        ["NonBodyParameter"] = new() { [3] = new("", Form.Wrapped, "Query"), [4] = new("", Form.Wrapped, "Path") },
        ["BodyParameter"] = new() { [2] = new("name", Form.Text), [3] = new("in", Form.Text), [4] = new("required", Form.Flag), [5] = new("schema", Form.Message, "Schema") },
        ["Query"] = new() { [2] = new("in", Form.Text), [3] = new("description", Form.Text), [4] = new("name", Form.Text), [6] = new("type", Form.Text), [20] = new("uniqueItems", Form.Flag) },
        ["Path"] = new()
        {
            [1] = new("required", Form.Flag), [2] = new("in", Form.Text), [3] = new("description", Form.Text), [4] = new("name", Form.Text),
            [5] = new("type", Form.Text), [19] = new("uniqueItems", Form.Flag),
        },
        ["Responses"] = new() { [1] = new("", Form.Map, "ResponseValue") },
        ["ResponseValue"] = new() { [1] = new("", Form.Wrapped, "Response") },
        ["Response"] = new() { [1] = new("description", Form.Text), [2] = new("schema", Form.Message, "SchemaItem") },
        ["SchemaItem"] = new() { [1] = new("", Form.Wrapped, "Schema") },
        ["NamedSchemas"] = new() { [1] = new("", Form.Map, "Schema") },
        ["Schema"] = new()
        {
            [1] = new("$ref", Form.Text), [2] = new("format", Form.Text), [4] = new("description", Form.Text), [19] = new("required", Form.Texts), [20] = new("enum", Form.AnyList),
            [21] = new("additionalProperties", Form.Message, "SchemaItem"), [22] = new("type", Form.Message, "TypeItem"), [23] = new("items", Form.Message, "SchemaItem"),
            [25] = new("properties", Form.Message, "NamedSchemas"), [31] = new("", Form.Extension),
        },
        ["TypeItem"] = new() { [1] = new("", Form.Texts) },
    };

    public static JsonObject Decode(byte[] document) => (JsonObject)Message("Document", document);

    private static JsonNode Message(string type, byte[] bytes)
    {
        var json = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = Types[type][WireFormat.GetTagFieldNumber(tag)];
            if (field.Form == Form.Flag)
            {
                json[field.Name] = input.ReadBool();
                continue;
            }

            var value = input.ReadBytes().ToByteArray();
            switch (field.Form)
            {
                case Form.Wrapped:
                    return Message(field.Type, value);
                case Form.Texts when type == "TypeItem":
                    return Text(value);
                case Form.Text:
                    json[field.Name] = Text(value);
                    break;
                case Form.Texts:
                    List(json, field.Name).Add((JsonNode)Text(value));
                    break;
                case Form.Message:
                    json[field.Name] = Message(field.Type, value);
                    break;
                case Form.Messages:
                    List(json, field.Name).Add(Message(field.Type, value));
                    break;
                case Form.AnyList:
                    List(json, field.Name).Add(Any(value));
                    break;
                case Form.Map:
                    var (name, inner) = Pair(value);
                    json[name] = Message(field.Type, inner);
                    break;
                default:
                    var (key, any) = Pair(value);
                    json[key] = Any(any);
                    break;
            }
        }

        return json;
    }

    private static JsonArray List(JsonObject json, string name)
    {
        if (json[name] is not JsonArray list)
        {
            json[name] = list = [];
        }

        return list;
    }

    private static (string Name, byte[] Value) Pair(byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        Assert.Equal(10u, input.ReadTag());
        var name = input.ReadString();
        Assert.Equal(18u, input.ReadTag());
        return (name, input.ReadBytes().ToByteArray());
    }

    /// <summary>Any { yaml }.</summary>
    private static JsonNode? Any(byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        Assert.Equal(18u, input.ReadTag());
        return JsonNode.Parse(input.ReadString());
    }

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
