namespace Mesh.Client.Model.Authorization;

/// <summary>The condition does not hold.</summary>
internal sealed record Not(RbacCondition Item) : RbacCondition;
