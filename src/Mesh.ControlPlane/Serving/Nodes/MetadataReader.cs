using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>Reads fields of a metadata struct; what is of the wrong form ends the stream with the field's path.</summary>
internal readonly struct MetadataReader(string path, Struct? fields)
{
    private const int MaxTextLength = 1_024;
    private const int MaxEntries = 256;

    public static GrpcException Invalid(string path, string expected, string actual) =>
        new(GrpcStatusCode.InvalidArgument, $"{path}: expected {expected}, got {actual}.");

    public string PathOf(string key) => $"{path}.{key}";

    public bool Has(string key) => Find(key) is not null;

    public string Text(string key, string fallback = "") => Find(key) is { } value ? Text(PathOf(key), value) : fallback;

    public MetadataReader Struct(string key) => new(PathOf(key), StructOf(key));

    public ImmutableSortedDictionary<string, string> Texts(string key)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in EntriesOf(key))
        {
            result[name] = Text($"{PathOf(key)}.{name}", value);
        }

        return result.ToImmutable();
    }

    public ImmutableSortedDictionary<string, int> Ports(string key)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var (name, value) in EntriesOf(key))
        {
            var number = value.KindCase == Value.KindOneofCase.NumberValue ? value.NumberValue : double.NaN;
            if (number is not (>= 1 and <= 65535) || number != Math.Floor(number))
            {
                throw Invalid($"{PathOf(key)}.{name}", "a port number from 1 to 65535", Describe(value));
            }

            result[name] = (int)number;
        }

        return result.ToImmutable();
    }

    private static string Text(string path, Value value)
    {
        if (value.KindCase != Value.KindOneofCase.StringValue)
        {
            throw Invalid(path, "text", Describe(value));
        }

        return value.StringValue.Length <= MaxTextLength
            ? value.StringValue
            : throw Invalid(path, $"at most {MaxTextLength} characters", value.StringValue.Length.ToString(CultureInfo.InvariantCulture));
    }

    private static string Describe(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.NumberValue => value.NumberValue.ToString(CultureInfo.InvariantCulture),
        Value.KindOneofCase.StringValue => $"the text '{(value.StringValue.Length <= 64 ? value.StringValue : value.StringValue[..64] + "…")}'",
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.StructValue => "a struct",
        Value.KindOneofCase.ListValue => "a list",
        _ => "null",
    };

    private Value? Find(string key) =>
        fields is not null && fields.Fields.TryGetValue(key, out var value) && value.KindCase is not (Value.KindOneofCase.None or Value.KindOneofCase.NullValue)
            ? value
            : null;

    private Struct? StructOf(string key) => Find(key) switch
    {
        null => null,
        { KindCase: Value.KindOneofCase.StructValue } value => value.StructValue,
        { } other => throw Invalid(PathOf(key), "a struct", Describe(other)),
    };

    private MapField<string, Value> EntriesOf(string key)
    {
        var entries = StructOf(key)?.Fields;
        if (entries is null)
        {
            return [];
        }

        return entries.Count <= MaxEntries
            ? entries
            : throw Invalid(PathOf(key), $"at most {MaxEntries} entries", entries.Count.ToString(CultureInfo.InvariantCulture));
    }
}
