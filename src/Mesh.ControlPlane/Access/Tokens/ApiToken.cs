using System.Collections.Immutable;
using Mesh.ControlPlane.Access.Roles;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>Who showed a token of the HTTP API.</summary>
internal sealed record ApiToken(string Name, ImmutableArray<RoleGrant> Grants, DateTimeOffset ExpiresAt, string TokenId);
