using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using ProtoType = Google.Protobuf.Reflection.FieldType;

namespace Mesh.Config.Schema;

/// <summary>Types of protobuf messages as they stand in YAML and JSON (proto3 JSON), with their comments.</summary>
internal static class MessageSchemas
{
    private const string IntOrString = "k8s.core.v1.IntOrString";

    private static readonly ConcurrentDictionary<MessageDescriptor, TypeSchema> Known = new();

    public static TypeSchema Of(MessageDescriptor message) => Known.GetOrAdd(message, Make);

    private static TypeSchema Make(MessageDescriptor message)
    {
        if (message.File == WrappersReflection.Descriptor)
        {
            return Scalar(message.FindFieldByNumber(1));
        }

        return message.FullName switch
        {
            // A duration is a text such as 1.5s; a time stamp is RFC 3339.
            "google.protobuf.Duration" => TypeSchema.String,
            "google.protobuf.Timestamp" => TypeSchema.Text("date-time"),
            "google.protobuf.FieldMask" => TypeSchema.String,
            "google.protobuf.Value" => TypeSchema.Any,
            "google.protobuf.ListValue" => TypeSchema.List(TypeSchema.Any),
            "google.protobuf.Struct" or "google.protobuf.Any" or "google.protobuf.Empty" => TypeSchema.OpenObject(),
            IntOrString => TypeSchema.IntOrString,
            _ => TypeSchema.Object(message.FullName, ProtoComments.Of(message.FullName), () => message.Fields.InDeclarationOrder().Select(Field)),
        };
    }

    private static FieldSchema Field(FieldDescriptor field) =>
        new(field.JsonName, FieldType(field)) { Description = ProtoComments.Of(field.FullName) };

    private static TypeSchema FieldType(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return TypeSchema.Map(Single(field.MessageType.FindFieldByNumber(2)));
        }

        return field.IsRepeated ? ListKeys.List(field.FullName, Single(field)) : Single(field);
    }

    private static TypeSchema Single(FieldDescriptor field) =>
        field.FieldType == ProtoType.Message ? Of(field.MessageType) : Scalar(field);

    private static TypeSchema Scalar(FieldDescriptor field) => field.FieldType switch
    {
        ProtoType.String => TypeSchema.String,
        ProtoType.Bool => TypeSchema.Boolean,
        ProtoType.Bytes => TypeSchema.Text("byte"),
        ProtoType.Double => TypeSchema.Number("double"),
        ProtoType.Float => TypeSchema.Number("float"),
        ProtoType.Enum => TypeSchema.Enumeration([.. field.EnumType.Values.Select(value => value.Name)]),
        ProtoType.Int64 or ProtoType.SInt64 or ProtoType.SFixed64
            or ProtoType.UInt64 or ProtoType.Fixed64 => TypeSchema.Integer("int64"),
        _ => TypeSchema.Integer("int32"),
    };
}
