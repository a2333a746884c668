namespace Mesh.ControlPlane.Access.Roles;

/// <summary>A role, and where it holds.</summary>
/// <param name="Role">What the caller is.</param>
/// <param name="Namespace">The only namespace it holds in; null for the whole mesh.</param>
internal sealed record RoleGrant(Role Role, string? Namespace)
{
    public override string ToString() => Namespace is null ? RoleName.Of(Role) : $"{RoleName.Of(Role)}@{Namespace}";
}
