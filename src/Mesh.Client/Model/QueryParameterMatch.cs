namespace Mesh.Client.Model;

/// <summary>A condition on a query parameter; null <paramref name="Value"/> asks for presence only.</summary>
internal sealed record QueryParameterMatch(string Name, StringMatch? Value);
