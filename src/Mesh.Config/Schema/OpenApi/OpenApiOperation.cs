using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>Writes operations in either version of OpenAPI.</summary>
internal sealed class OpenApiOperation(OpenApiSchemas schemas, OpenApiDialect dialect)
{
    private const string Json = "application/json";

    private static readonly string[] Plain = [Json, "application/yaml"];

    /// <summary>A path with its parameters and operations.</summary>
    public JsonObject Path(IReadOnlyList<OpenApiParameter> parameters, params IReadOnlyList<Definition> operations)
    {
        var path = new JsonObject();
        foreach (var operation in operations)
        {
            path[operation.Method] = Write(operation);
        }

        if (parameters.Count > 0)
        {
            path["parameters"] = new JsonArray([.. parameters.Select(Parameter)]);
        }

        return path;
    }

    private JsonObject Write(Definition definition)
    {
        var operation = new JsonObject
        {
            ["description"] = definition.Description,
            ["operationId"] = $"{definition.Name}{Pascal(definition.Kind.GroupVersion)}{definition.Kind.Kind.Kind}",
            ["tags"] = new JsonArray(definition.Kind.GroupVersion.Replace('/', '_').Replace('.', '_')),
        };
        var parameters = new JsonArray([.. definition.Parameters.Select(Parameter)]);
        var answer = schemas.Reference(definition.Answer ?? definition.Kind.Object);
        var consumes = definition.Consumes ?? Plain;
        if (dialect == OpenApiDialect.V2)
        {
            if (definition.Body is not null)
            {
                parameters.Insert(0, Body(definition));
            }

            operation["consumes"] = new JsonArray([.. consumes.Select(type => (JsonNode?)type)]);
            operation["produces"] = new JsonArray([.. Plain.Select(type => (JsonNode?)type)]);
            operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["schema"] = answer } };
        }
        else
        {
            if (definition.Body is not null)
            {
                operation["requestBody"] = new JsonObject { ["content"] = Content(consumes, schemas.Reference(definition.Body)) };
            }

            operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(Plain, answer) } };
        }

        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        operation["x-kubernetes-action"] = definition.Action;
        operation["x-kubernetes-group-version-kind"] = new JsonObject
        {
            ["group"] = definition.Kind.Kind.Group,
            ["kind"] = definition.Kind.Kind.Kind,
            ["version"] = definition.Kind.Version,
        };
        return operation;
    }

    private JsonObject Body(Definition definition)
    {
        var body = new JsonObject { ["name"] = "body", ["in"] = "body", ["schema"] = schemas.Reference(definition.Body!) };
        if (definition.Method is not "delete")
        {
            body["required"] = true;
        }

        return body;
    }

    private static JsonObject Content(IEnumerable<string> types, JsonObject schema) =>
        new(types.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schema.DeepClone() })));

    private JsonNode Parameter(OpenApiParameter parameter)
    {
        var json = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.In,
            ["description"] = parameter.Description,
        };
        if (parameter.In == "path")
        {
            json["required"] = true;
        }

        if (dialect == OpenApiDialect.V2)
        {
            json["type"] = parameter.Type;
            json["uniqueItems"] = true;
        }
        else
        {
            json["schema"] = new JsonObject { ["type"] = parameter.Type, ["uniqueItems"] = true };
        }

        return json;
    }

    /// <summary><c>networking.istio.io/v1</c> as a part of a name: <c>NetworkingIstioIoV1</c>.</summary>
    private static string Pascal(string groupVersion) =>
        string.Concat(groupVersion.Split('.', '/').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>What one operation does.</summary>
    internal sealed record Definition(KindSchema Kind, string Method, string Action, string Name, string Description)
    {
        /// <summary>Null = the object itself.</summary>
        public TypeSchema? Answer { get; init; }

        public TypeSchema? Body { get; init; }

        public IReadOnlyList<string>? Consumes { get; init; }

        public IReadOnlyList<OpenApiParameter> Parameters { get; init; } = [];
    }
}
