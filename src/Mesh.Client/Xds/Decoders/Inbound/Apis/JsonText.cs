using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Xds.Decoders.Inbound.Apis;

/// <summary>Writes a value of any type as JSON.</summary>
internal static class JsonText
{
    /// <summary>Numbers that are whole are written as such: a double holds both.</summary>
    public static string Of(Value value) => Node(value)?.ToJsonString() ?? "null";

    private static JsonNode? Node(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        Value.KindOneofCase.NumberValue when double.IsInteger(value.NumberValue) && Math.Abs(value.NumberValue) < 1e15 => JsonNode.Parse(value.NumberValue.ToString("F0", CultureInfo.InvariantCulture)),
        Value.KindOneofCase.NumberValue => JsonValue.Create(value.NumberValue),
        Value.KindOneofCase.StringValue => JsonValue.Create(value.StringValue),
        Value.KindOneofCase.StructValue => new JsonObject(value.StructValue.Fields.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => KeyValuePair.Create(field.Key, Node(field.Value)))),
        Value.KindOneofCase.ListValue => new JsonArray([.. value.ListValue.Values.Select(Node)]),
        _ => null,
    };
}
