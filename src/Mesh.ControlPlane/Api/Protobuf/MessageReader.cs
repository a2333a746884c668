using System.Text.Json.Nodes;
using Google.Protobuf;
using Mesh.Config.Schema;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>Reads one message along its table into the JSON that Kubernetes has for it.</summary>
internal static class MessageReader
{
    private const int MaxDepth = 32;

    public static JsonObject Read(ReadOnlySpan<byte> bytes, TypeSchema message, int depth)
    {
        if (depth > MaxDepth)
        {
            throw ApiException.BadRequest($"the body of the request is nested deeper than {MaxDepth} messages");
        }

        var (document, fields) = (new JsonObject(), MessageTable.FieldsOf(message));
        using var input = new CodedInputStream(bytes.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            if (!fields.TryGetValue(number, out var field))
            {
                // To leave out what somebody asked for would be worse than to say so.
                throw new ApiException(
                    StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"field {number} is not read as protobuf; send the object as application/json");
            }

            ReadField(document, input, field, depth);
        }

        return document;
    }

    private static void ReadField(JsonObject document, CodedInputStream input, MessageField field, int depth)
    {
        switch (field.Type)
        {
            case MessageFieldType.StringMap or MessageFieldType.BytesMap or MessageFieldType.QuantityMap:
                ReadEntry(document, input.ReadBytes(), field);
                break;
            case MessageFieldType.Message when field.Name.Length == 0:
                foreach (var (name, value) in Read(input.ReadBytes().Span, field.Schema, depth + 1).ToArray())
                {
                    document[name] = value?.DeepClone();
                }

                break;
            case var _ when field.IsRepeated:
                if (document[field.Name] is not JsonArray list)
                {
                    document[field.Name] = list = [];
                }

                list.Add(ReadValue(input, field, depth));
                break;
            default:
                var single = ReadValue(input, field, depth);
                if (field.IsPointer || !IsEmpty(single))
                {
                    document[field.Name] = single;
                }

                break;
        }
    }

    // Go has no unset strings and numbers: they are on the wire as empty.
    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonValue scalar => scalar.ToString() is "" or "0" or "false",
        _ => false,
    };

    private static JsonNode? ReadValue(CodedInputStream input, MessageField field, int depth) => field.Type switch
    {
        MessageFieldType.String => input.ReadString(),
        MessageFieldType.Integer => input.ReadInt64(),
        MessageFieldType.Boolean => input.ReadBool(),
        MessageFieldType.Bytes => input.ReadBytes().ToBase64(),
        MessageFieldType.Quantity => Text(input.ReadBytes()),
        MessageFieldType.Time => Time(input.ReadBytes()),
        MessageFieldType.IntOrString => IntOrString(input.ReadBytes()),
        _ => Read(input.ReadBytes().Span, field.Schema, depth + 1),
    };

    private static void ReadEntry(JsonObject document, ByteString bytes, MessageField field)
    {
        if (document[field.Name] is not JsonObject map)
        {
            document[field.Name] = map = [];
        }

        var (key, value) = ("", (JsonNode)"");
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
            {
                key = input.ReadString();
                continue;
            }

            value = field.Type switch
            {
                MessageFieldType.StringMap => input.ReadString(),
                MessageFieldType.BytesMap => input.ReadBytes().ToBase64(),
                _ => Text(input.ReadBytes()),
            };
        }

        map[key] = value;
    }

    // resource.Quantity is a message with its text as field 1.
    private static string Text(ByteString bytes)
    {
        var text = "";
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
            {
                text = input.ReadString();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return text;
    }

    // metav1.Time; nothing in it is Go's zero time, which JSON has as null.
    private static JsonNode? Time(ByteString bytes)
    {
        long? seconds = null;
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
            {
                seconds = input.ReadInt64();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return seconds is > -62_135_596_800 and < 253_402_300_800 ? ObjectJson.Time(DateTimeOffset.FromUnixTimeSeconds(seconds.Value)) : null;
    }

    private static JsonNode IntOrString(ByteString bytes)
    {
        var (isText, number, text) = (false, 0L, "");
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    isText = input.ReadInt64() == 1;
                    break;
                case 2:
                    number = input.ReadInt64();
                    break;
                case 3:
                    text = input.ReadString();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return isText ? text : number;
    }
}
