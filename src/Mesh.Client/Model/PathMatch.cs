namespace Mesh.Client.Model;

/// <summary>A condition on the path, without the query.</summary>
internal sealed record PathMatch(PathMatchKind Kind, string Value, bool IgnoreCase);
