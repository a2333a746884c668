using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesh.Testing;

/// <summary>Messages as a newer version of their schema has them: with fields, at every depth, that this version does not know.</summary>
public static class NewerMessages
{
    /// <summary>Field 30000, a number; field 30001, text; field 30002, a message.</summary>
    private static readonly byte[] s_unknown = UnknownFields();

    /// <summary>Adds unknown fields to a message and all messages in it; what is packed in an <c>Any</c> stays as it is.</summary>
    public static T Newer<T>(this T message)
        where T : IMessage
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(field => field.FieldType == FieldType.Message))
        {
            var value = field.Accessor.GetValue(message);
            var parts = field.IsMap ? ((IDictionary)value).Values : field.IsRepeated ? (IEnumerable)value : new[] { value };
            foreach (var part in parts.OfType<IMessage>())
            {
                part.Newer();
            }
        }

        message.MergeFrom(s_unknown);
        return message;
    }

    private static byte[] UnknownFields()
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            output.WriteTag(30_000, WireFormat.WireType.Varint);
            output.WriteInt64(7);
            output.WriteTag(30_001, WireFormat.WireType.LengthDelimited);
            output.WriteString("new");
            output.WriteTag(30_002, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(0x08, 0x01));
        }

        return buffer.ToArray();
    }
}
