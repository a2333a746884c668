using System.Collections.Concurrent;
using Mesh.Config.Schema.OpenApi;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Objects;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>Tells clients what objects look like: kubectl validates, patches and explains by it.</summary>
internal sealed class OpenApiEndpoints
{
    private const string Json = "application/json";

    // What clients ask for has an @ in it, which no media type may have (RFC 6838 4.2): the answer is named as Kubernetes names it.
    private const string Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly SchemaAnswer _json = new(Json, () => OpenApiV2.Default.Json);
    private readonly SchemaAnswer _protobuf = new(Protobuf, () => OpenApiV2.Default.Protobuf);
    private readonly SchemaAnswer _index = new(Json, () => OpenApiV3.Default.IndexJson);

    // One entry a group and version of the catalogue.
    private readonly ConcurrentDictionary<string, SchemaAnswer> _documents = new(StringComparer.Ordinal);

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/openapi/v2", Permission.ReadMesh, call => (WantsProtobuf(call.Http.Request) ? _protobuf : _json).WriteAsync(call)),
        ApiRoute.Get("/openapi/v3", Permission.ReadMesh, _index.WriteAsync),
        ApiRoute.Get("/openapi/v3/{**path}", Permission.ReadMesh, WriteDocumentAsync),
    ];

    private Task WriteDocumentAsync(ApiCall call)
    {
        var path = call.Http.Request.RouteValues["path"] as string ?? "";
        var document = OpenApiV3.Default.Find(path) ?? throw ObjectErrors.Nowhere();
        if (call.Query("hash") is { } hash)
        {
            if (hash != document.Hash)
            {
                // Whoever has an old index is led to the document as it is now.
                call.Http.Response.Redirect($"/openapi/v3/{path}?hash={document.Hash}", permanent: true);
                return Task.CompletedTask;
            }

            call.Http.Response.Headers.CacheControl = "public, immutable";
        }

        return _documents.GetOrAdd(path, static (_, document) => new SchemaAnswer(Json, () => document.Json), document).WriteAsync(call);
    }

    // kubectl up to 1.28 reads nothing else.
    private static bool WantsProtobuf(HttpRequest request)
    {
        foreach (var clause in string.Join(',', request.Headers.Accept.AsEnumerable()).Split(',', StringSplitOptions.TrimEntries))
        {
            if (clause.StartsWith("application/com.github.proto-openapi.spec.v2", StringComparison.Ordinal) && clause.Contains("protobuf", StringComparison.Ordinal))
            {
                return true;
            }

            if (clause.StartsWith(Json, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return false;
    }
}
