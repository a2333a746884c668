using System.Collections.Immutable;

namespace Mesh.ControlPlane.Access.Roles;

/// <summary>Who asks the API, and what that one may.</summary>
/// <param name="Name">For logs and records.</param>
/// <param name="Grants">Together: what one of them allows is allowed.</param>
internal sealed record ApiCaller(string Name, ImmutableArray<RoleGrant> Grants)
{
    /// <summary>The person at the machine itself, while the API asks for no credential there.</summary>
    public static ApiCaller Development { get; } = new("development", [new RoleGrant(Role.Admin, null)]);

    /// <summary>Whether the caller may do this at all, be it in one namespace only.</summary>
    public bool MaySomewhere(Permission permission) => Grants.Any(grant => Holds(grant, permission));

    /// <summary>Whether the caller may do this in the whole mesh.</summary>
    public bool MayEverywhere(Permission permission) => Grants.Any(grant => grant.Namespace is null && Holds(grant, permission));

    /// <summary>Whether the caller may do this in a namespace.</summary>
    public bool MayIn(Permission permission, string @namespace) =>
        Grants.Any(grant => (grant.Namespace is null || grant.Namespace == @namespace) && Holds(grant, permission));

    private static bool Holds(RoleGrant grant, Permission permission) =>
        RolePermissions.Allows(grant.Role, permission) && (grant.Namespace is null || !RolePermissions.IsMeshWide(permission));
}
