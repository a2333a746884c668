using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>The OpenAPI v2 document of all kinds, as JSON and in the protobuf form that kubectl asks for; made once, when first asked for.</summary>
internal sealed class OpenApiV2
{
    /// <summary>The media type of <see cref="Protobuf"/>, as clients ask for it; it is none by RFC 9110, which knows no @ in one.</summary>
    public const string AcceptedProtobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /// <summary>The media type of <see cref="Protobuf"/> in answers: clients that parse it (kubectl from 1.27 on) fail on the one they ask for.</summary>
    public const string ProtobufMediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly Lazy<byte[]> _json;
    private readonly Lazy<byte[]> _protobuf;

    public OpenApiV2(IEnumerable<ResourceKind> kinds)
    {
        _json = new Lazy<byte[]>(() => Encoding.UTF8.GetBytes(Build(kinds).ToJsonString()));
        _protobuf = new Lazy<byte[]>(() => GnosticEncoder.Encode(Build(kinds)));
    }

    /// <summary>The document of the whole catalogue.</summary>
    public static OpenApiV2 Default { get; } = new(ResourceKinds.All);

    /// <summary>UTF-8 text.</summary>
    public ReadOnlyMemory<byte> Json => _json.Value;

    /// <summary>openapi.v2.Document of gnostic.</summary>
    public ReadOnlyMemory<byte> Protobuf => _protobuf.Value;

    private static JsonObject Build(IEnumerable<ResourceKind> kinds)
    {
        var schemas = new OpenApiSchemas(OpenApiDialect.V2);
        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Mesh", ["version"] = "v1" },
            ["paths"] = OpenApiV3.Paths(schemas, OpenApiDialect.V2, kinds.SelectMany(OpenApiV3.Versions)),
            ["definitions"] = schemas.Definitions(),
        };
    }
}
