namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on the path without the query.</summary>
internal sealed record PathCondition(StringMatch Path) : RbacCondition;
