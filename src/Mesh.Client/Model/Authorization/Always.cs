namespace Mesh.Client.Model.Authorization;

/// <summary>Holds for every request.</summary>
internal sealed record Always : RbacCondition;
