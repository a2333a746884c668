namespace Mesh.Config.Schema;

/// <summary>The type of a value: what its form is and how its parts are merged and owned. Types may contain themselves.</summary>
internal sealed class TypeSchema
{
    private static readonly Dictionary<string, FieldSchema> NoFields = [];
    private static readonly Dictionary<int, TypeSchema> NotInlined = [];

    private readonly Lazy<Dictionary<string, FieldSchema>>? _fields;

    private readonly Lazy<Dictionary<int, TypeSchema>>? _inlined;

    private TypeSchema(SchemaType type, Func<IEnumerable<FieldSchema>>? fields = null, Func<Dictionary<int, TypeSchema>>? inlined = null)
    {
        Type = type;
        _inlined = inlined is null ? null : new(inlined);
        _fields = fields is null ? null : new(() => fields().ToDictionary(field => field.Name, StringComparer.Ordinal));
    }

    /// <summary>What nothing is known about: maps are merged, lists are one value.</summary>
    public static TypeSchema Any { get; } = new(SchemaType.Any);

    public static TypeSchema String { get; } = new(SchemaType.String);

    /// <summary>An amount such as <c>100m</c>: text in JSON, a message in protobuf.</summary>
    public static TypeSchema Quantity { get; } = new(SchemaType.String);

    public static TypeSchema Boolean { get; } = new(SchemaType.Boolean);

    public static TypeSchema IntOrString { get; } = new(SchemaType.IntOrString);

    public SchemaType Type { get; }

    /// <summary>The name of its definition, such as <c>istio.networking.v1alpha3.HTTPRoute</c>; empty for a type without one.</summary>
    public string Name { get; private init; } = "";

    public string Description { get; private init; } = "";

    /// <summary>OpenAPI format, such as int32, double, byte, date-time; empty = none.</summary>
    public string Format { get; private init; } = "";

    /// <summary>The values that an enumeration has; empty = any.</summary>
    public IReadOnlyList<string> Values { get; private init; } = [];

    /// <summary>Named fields of an object, made when first asked for.</summary>
    public IReadOnlyDictionary<string, FieldSchema> Fields => _fields?.Value ?? NoFields;

    /// <summary>Messages, by their numbers in the protobuf form, whose fields stand among <see cref="Fields"/> (Go's inline).</summary>
    public IReadOnlyDictionary<int, TypeSchema> Inlined => _inlined?.Value ?? NotInlined;

    /// <summary>The type of a list's items or of a map's values.</summary>
    public TypeSchema? Items { get; private init; }

    public ListType ListType { get; private init; }

    /// <summary>The fields that tell the items of a <see cref="ListType.Map"/> list apart.</summary>
    public IReadOnlyList<string> Keys { get; private init; } = [];

    /// <summary>Whether an object or a map is one value (x-kubernetes-map-type: atomic).</summary>
    public bool Atomic { get; private init; }

    /// <summary>Whether an object may have fields that are not in <see cref="Fields"/>.</summary>
    public bool PreserveUnknown { get; private init; }

    /// <summary>An object with a definition of its own; the fields are made when first asked for, so that types can contain themselves.</summary>
    public static TypeSchema Object(string name, string description, Func<IEnumerable<FieldSchema>> fields, bool atomic = false, bool preserveUnknown = false, Func<Dictionary<int, TypeSchema>>? inlined = null) =>
        new(SchemaType.Object, fields, inlined) { Name = name, Description = description, Atomic = atomic, PreserveUnknown = preserveUnknown };

    /// <summary>An object of which nothing is known.</summary>
    public static TypeSchema OpenObject(string name = "", string description = "") =>
        new(SchemaType.Object) { Name = name, Description = description, PreserveUnknown = true };

    public static TypeSchema Map(TypeSchema values, bool atomic = false) => new(SchemaType.Map) { Items = values, Atomic = atomic };

    public static TypeSchema List(TypeSchema items, ListType type = ListType.Atomic, params IReadOnlyList<string> keys) =>
        new(SchemaType.List) { Items = items, ListType = type, Keys = keys };

    public static TypeSchema Text(string format) => new(SchemaType.String) { Format = format };

    public static TypeSchema Enumeration(IReadOnlyList<string> values) => new(SchemaType.String) { Values = values };

    public static TypeSchema Integer(string format) => new(SchemaType.Integer) { Format = format };

    public static TypeSchema Number(string format) => new(SchemaType.Number) { Format = format };

    /// <summary>The type of a field or map entry; <see cref="Any"/> when the schema does not know it.</summary>
    public TypeSchema Child(string name) =>
        Fields.TryGetValue(name, out var field) ? field.Type : Type == SchemaType.Map ? Items! : Any;
}
