using System.Collections.Concurrent;
using System.Collections.Frozen;
using Mesh.Config.Schema;

namespace Mesh.ControlPlane.Api.Protobuf;

/// <summary>The fields of Kubernetes' messages by their numbers, from the one table of its types.</summary>
internal static class MessageTable
{
    private const string DeleteOptions = "DeleteOptions";
    private const string Bytes = "byte";
    private const string Time = "date-time";

    // As many entries as there are types.
    private static readonly ConcurrentDictionary<TypeSchema, FrozenDictionary<int, MessageField>> Tables = new();

    /// <summary>The message of an object; null when it is not known.</summary>
    public static TypeSchema? Find(string apiVersion, string kind)
    {
        // Every group has the options of a deletion, and all mean the same.
        var (group, version) = apiVersion.Split('/') is [var first, var second] ? (first, second) : ("", apiVersion);
        return kind == DeleteOptions ? KubernetesTypes.DeleteOptions : KubernetesTypes.Find(group, version, kind);
    }

    /// <summary>The fields of a message by their numbers, as far as they are read.</summary>
    public static FrozenDictionary<int, MessageField> FieldsOf(TypeSchema message) => Tables.GetOrAdd(message, static type => type.Inlined
        .Select(inlined => KeyValuePair.Create(inlined.Key, new MessageField("", MessageFieldType.Message, inlined.Value, IsRepeated: false, IsPointer: true)))
        .Concat(type.Fields.Values.Where(field => field.Number > 0).Select(field => KeyValuePair.Create(field.Number, Field(field)!)).Where(field => field.Value is not null))
        .ToFrozenDictionary());

    /// <summary>Null for what has no form here: a body that has it is asked for as JSON.</summary>
    private static MessageField? Field(FieldSchema field)
    {
        var isRepeated = field.Type.Type == SchemaType.List;
        var value = isRepeated ? field.Type.Items! : field.Type;
        return TypeOf(value) is { } type ? new MessageField(field.Name, type, value, isRepeated, field.IsPointer) : null;
    }

    private static MessageFieldType? TypeOf(TypeSchema value) => value.Type switch
    {
        _ when ReferenceEquals(value, TypeSchema.Quantity) => MessageFieldType.Quantity,
        SchemaType.String when value.Format == Bytes => MessageFieldType.Bytes,
        SchemaType.String when value.Format == Time => MessageFieldType.Time,
        SchemaType.String => MessageFieldType.String,
        SchemaType.Integer => MessageFieldType.Integer,
        SchemaType.Boolean => MessageFieldType.Boolean,
        SchemaType.IntOrString => MessageFieldType.IntOrString,
        SchemaType.Map => TypeOf(value.Items!) switch
        {
            MessageFieldType.String => MessageFieldType.StringMap,
            MessageFieldType.Bytes => MessageFieldType.BytesMap,
            MessageFieldType.Quantity => MessageFieldType.QuantityMap,
            _ => null,
        },
        SchemaType.Object when !value.PreserveUnknown => MessageFieldType.Message,
        _ => null,
    };
}
