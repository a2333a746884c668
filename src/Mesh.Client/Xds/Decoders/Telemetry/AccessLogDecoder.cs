using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model.Telemetry;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>Decodes which access logs this process keeps.</summary>
internal static class AccessLogDecoder
{
    public static AccessLogPolicy Decode(Wire.AccessLogging? message, DecodeErrors errors) => message is null ? AccessLogPolicy.None : new()
    {
        Client = Logs(message.Client, errors, "client"),
        Server = Logs(message.Server, errors, "server"),
    };

    private static ImmutableArray<AccessLog> Logs(IReadOnlyList<Wire.AccessLog> messages, DecodeErrors errors, string field) =>
        [.. messages.Select((message, index) => Log(message, errors.In(field, index)))];

    private static AccessLog Log(Wire.AccessLog message, DecodeErrors errors) => new(message.Provider)
    {
        Filter = message.Filter.Length > 0 ? message.Filter : null,
        Text = message.FormatCase == Wire.AccessLog.FormatOneofCase.Text ? message.Text : null,
        Json = message.FormatCase == Wire.AccessLog.FormatOneofCase.Json ? Fields(message.Json) : null,
        File = message.SinkCase == Wire.AccessLog.SinkOneofCase.File ? message.File : null,
        Collector = message.SinkCase == Wire.AccessLog.SinkOneofCase.Otlp ? CollectorDecoder.Decode(message.Otlp, errors.In("otlp")) : null,
        LogName = message.LogName,
    };

    private static JsonObject Fields(Struct message)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in message.Fields)
        {
            fields[name] = Node(value);
        }

        return fields;
    }

    private static JsonNode? Node(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => JsonValue.Create(value.StringValue),
        Value.KindOneofCase.NumberValue => JsonValue.Create(value.NumberValue),
        Value.KindOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        Value.KindOneofCase.StructValue => Fields(value.StructValue),
        Value.KindOneofCase.ListValue => new JsonArray([.. value.ListValue.Values.Select(Node)]),
        _ => null,
    };
}
