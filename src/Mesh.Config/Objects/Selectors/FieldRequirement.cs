namespace Mesh.Config.Objects.Selectors;

/// <summary>One condition on one field: equal or not.</summary>
internal sealed record FieldRequirement(string Field, bool Equal, string Value);
