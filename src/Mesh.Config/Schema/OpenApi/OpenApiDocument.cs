namespace Mesh.Config.Schema.OpenApi;

/// <summary>A finished document.</summary>
/// <param name="Json">UTF-8 text.</param>
/// <param name="Hash">SHA-256 in hexadecimal, good as an entity tag.</param>
internal sealed record OpenApiDocument(ReadOnlyMemory<byte> Json, string Hash);
