namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on the SPIFFE id that the peer proved.</summary>
/// <param name="Id">Of the whole URI, <c>spiffe://</c> included; null: any peer that proved one.</param>
internal sealed record PrincipalCondition(StringMatch? Id) : RbacCondition;
