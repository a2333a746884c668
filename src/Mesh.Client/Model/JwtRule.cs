namespace Mesh.Client.Model;

/// <summary>What the requests that match are asked for.</summary>
/// <param name="Match">The condition.</param>
/// <param name="Requirement">Null for nothing.</param>
internal sealed record JwtRule(RouteMatch Match, JwtRequirement? Requirement);
