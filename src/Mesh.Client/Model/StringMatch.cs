namespace Mesh.Client.Model;

/// <summary>A condition on a text.</summary>
internal sealed record StringMatch(StringMatchKind Kind, string Value, bool IgnoreCase);
