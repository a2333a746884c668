using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>The OpenAPI v3 documents, one a group and version, and the index of them; each is made once, when first asked for.</summary>
internal sealed class OpenApiV3
{
    private readonly FrozenDictionary<string, Lazy<OpenApiDocument>> _documents;
    private readonly Lazy<byte[]> _index;

    public OpenApiV3(IEnumerable<ResourceKind> kinds)
    {
        _documents = kinds.SelectMany(Versions)
            .GroupBy(kind => kind.ApiPath, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new Lazy<OpenApiDocument>(() => Document([.. group])), StringComparer.Ordinal);
        _index = new Lazy<byte[]>(Index);
    }

    /// <summary>The documents of the whole catalogue.</summary>
    public static OpenApiV3 Default { get; } = new(ResourceKinds.All);

    /// <summary>The answer to <c>/openapi/v3</c>.</summary>
    public ReadOnlyMemory<byte> IndexJson => _index.Value;

    /// <summary>The document of a group and version; null when it is not served.</summary>
    /// <param name="path">Such as <c>api/v1</c> or <c>apis/networking.istio.io/v1</c>.</param>
    public OpenApiDocument? Find(string path) => _documents.GetValueOrDefault(path)?.Value;

    internal static IEnumerable<KindSchema> Versions(ResourceKind kind) => kind.Versions.Select(version => KindSchemas.Of(kind, version));

    internal static JsonObject Paths(OpenApiSchemas schemas, OpenApiDialect dialect, IEnumerable<KindSchema> kinds)
    {
        schemas.AddKind(KubernetesTypes.Status, "", "v1", "Status");
        schemas.AddKind(KubernetesTypes.DeleteOptions, "", "v1", "DeleteOptions");
        var paths = new JsonObject();
        var writer = new OpenApiPaths(schemas, dialect);
        foreach (var kind in kinds)
        {
            schemas.AddKind(kind.Object, kind.Kind.Group, kind.Version, kind.Kind.Kind);
            schemas.AddKind(kind.List, kind.Kind.Group, kind.Version, kind.Kind.Kind + "List");
            writer.Add(paths, kind);
        }

        return paths;
    }

    private static OpenApiDocument Document(IReadOnlyList<KindSchema> kinds)
    {
        var schemas = new OpenApiSchemas(OpenApiDialect.V3);
        var document = new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Mesh", ["version"] = "v1" },
            ["paths"] = Paths(schemas, OpenApiDialect.V3, kinds),
            ["components"] = new JsonObject { ["schemas"] = schemas.Definitions() },
        };
        var bytes = Encoding.UTF8.GetBytes(document.ToJsonString());
        return new OpenApiDocument(bytes, Convert.ToHexString(SHA256.HashData(bytes)));
    }

    private byte[] Index()
    {
        var paths = new JsonObject();
        foreach (var (path, document) in _documents.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            // The hash lets clients keep the document for good.
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={document.Value.Hash}" };
        }

        return Encoding.UTF8.GetBytes(new JsonObject { ["paths"] = paths }.ToJsonString());
    }
}
