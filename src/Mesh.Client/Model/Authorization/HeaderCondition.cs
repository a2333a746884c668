namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on a header, or on <c>:method</c>, <c>:authority</c>, <c>:path</c> and <c>:scheme</c>.</summary>
internal sealed record HeaderCondition(HeaderMatch Match) : RbacCondition;
