using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>Writes types as OpenAPI schemas and collects the definitions that they refer to, so that no reference dangles.</summary>
internal sealed class OpenApiSchemas(OpenApiDialect dialect)
{
    private const string PreserveUnknown = "x-kubernetes-preserve-unknown-fields";

    private readonly SortedDictionary<string, TypeSchema> _known = new(StringComparer.Ordinal);
    private readonly Queue<TypeSchema> _pending = new();
    private readonly Dictionary<string, JsonArray> _kinds = new(StringComparer.Ordinal);

    private string Prefix => dialect == OpenApiDialect.V2 ? "#/definitions/" : "#/components/schemas/";

    /// <summary>Says that a definition is that of a kind, which is how clients find it.</summary>
    public void AddKind(TypeSchema type, string group, string version, string kind)
    {
        if (!_kinds.TryGetValue(type.Name, out var kinds))
        {
            _kinds[type.Name] = kinds = [];
        }

        kinds.Add((JsonNode)new JsonObject { ["group"] = group, ["kind"] = kind, ["version"] = version });
        _ = Reference(type);
    }

    /// <summary>The schema of a place of this type: a reference when the type has a definition of its own.</summary>
    public JsonObject Reference(TypeSchema type)
    {
        if (type.Name.Length == 0)
        {
            return Inline(type);
        }

        if (_known.TryAdd(type.Name, type))
        {
            _pending.Enqueue(type);
        }

        return new JsonObject { ["$ref"] = Prefix + type.Name };
    }

    /// <summary>Every definition that was referred to so far, and those that they refer to, by name.</summary>
    public JsonObject Definitions()
    {
        var written = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        while (_pending.TryDequeue(out var type))
        {
            written[type.Name] = Definition(type);
        }

        return new JsonObject(written.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
    }

    private JsonObject Definition(TypeSchema type)
    {
        var schema = new JsonObject();
        if (type.Description.Length > 0)
        {
            schema["description"] = type.Description;
        }

        schema["type"] = "object";

        // In OpenAPI v2 clients refuse fields that a definition with properties lacks, whatever else it says; so an open object has none there.
        if (type.Fields.Count > 0 && !(type.PreserveUnknown && dialect == OpenApiDialect.V2))
        {
            AddProperties(schema, type);
        }

        if (type.PreserveUnknown)
        {
            schema[PreserveUnknown] = true;
        }

        if (type.Atomic)
        {
            schema["x-kubernetes-map-type"] = "atomic";
        }

        if (_kinds.TryGetValue(type.Name, out var kinds))
        {
            schema["x-kubernetes-group-version-kind"] = kinds.DeepClone();
        }

        return schema;
    }

    private void AddProperties(JsonObject schema, TypeSchema type)
    {
        var fields = type.Fields.Values.OrderBy(field => field.Name, StringComparer.Ordinal).ToArray();
        var required = fields.Where(field => field.Required).Select(field => (JsonNode?)field.Name).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        schema["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)Property(field))));
    }

    private JsonObject Property(FieldSchema field)
    {
        var schema = Reference(field.Type);
        if (dialect == OpenApiDialect.V3 && schema.ContainsKey("$ref"))
        {
            // OpenAPI 3.0 has nothing beside a $ref; wrapped, it can have a description.
            schema = new JsonObject { ["allOf"] = new JsonArray(schema) };
        }

        if (field.Description.Length > 0)
        {
            schema["description"] = field.Description;
        }

        if (field.PatchMergeKey is not null)
        {
            schema["x-kubernetes-patch-merge-key"] = field.PatchMergeKey;
        }

        if (field.PatchStrategies.Count > 0)
        {
            schema["x-kubernetes-patch-strategy"] = string.Join(',', field.PatchStrategies);
        }

        if (field.Default is not null && dialect == OpenApiDialect.V3)
        {
            schema["default"] = JsonNode.Parse(field.Default);
        }

        return schema;
    }

    private JsonObject Inline(TypeSchema type)
    {
        switch (type.Type)
        {
            case SchemaType.Any:
                return new JsonObject { [PreserveUnknown] = true };
            case SchemaType.Object:
                return new JsonObject { ["type"] = "object", [PreserveUnknown] = true };
            case SchemaType.Map:
                var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = Reference(type.Items!) };
                if (type.Atomic)
                {
                    map["x-kubernetes-map-type"] = "atomic";
                }

                return map;
            case SchemaType.List:
                return List(type);
            case SchemaType.IntOrString:
                return IntOrString();
            default:
                return Scalar(type);
        }
    }

    private JsonObject List(TypeSchema type)
    {
        var list = new JsonObject
        {
            ["type"] = "array",
            ["items"] = Reference(type.Items!),
            ["x-kubernetes-list-type"] = type.ListType switch { ListType.Map => "map", ListType.Set => "set", _ => "atomic" },
        };
        if (type.Keys.Count > 0)
        {
            list["x-kubernetes-list-map-keys"] = new JsonArray([.. type.Keys.Select(key => (JsonNode?)key)]);
        }

        return list;
    }

    /// <summary>OpenAPI v2 has no "either ... or"; a string with this format is what clients take both for.</summary>
    private JsonObject IntOrString() => dialect == OpenApiDialect.V2
        ? new JsonObject { ["type"] = "string", ["format"] = "int-or-string" }
        : new JsonObject
        {
            ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
            ["format"] = "int-or-string",
            ["x-kubernetes-int-or-string"] = true,
        };

    private static JsonObject Scalar(TypeSchema type)
    {
        var schema = new JsonObject
        {
            ["type"] = type.Type switch
            {
                SchemaType.Integer => "integer",
                SchemaType.Number => "number",
                SchemaType.Boolean => "boolean",
                _ => "string",
            },
        };
        if (type.Format.Length > 0)
        {
            schema["format"] = type.Format;
        }

        if (type.Values.Count > 0)
        {
            schema["enum"] = new JsonArray([.. type.Values.Select(value => (JsonNode?)value)]);
        }

        return schema;
    }
}
