namespace Mesh.Config.Schema.OpenApi;

/// <summary>In which of the two versions of OpenAPI a schema is written.</summary>
internal enum OpenApiDialect
{
    V2,
    V3,
}
