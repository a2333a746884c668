using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>One row of the database about a resource.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Version">Of the change that wrote it, or removed it.</param>
/// <param name="CreatedAt">When it was first written; default where it was removed.</param>
/// <param name="Document">As JSON text; null where it was removed.</param>
internal readonly record struct StoredResource(ResourceId Id, long Version, DateTimeOffset CreatedAt, string? Document);
