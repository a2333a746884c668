using System.Collections.Frozen;

namespace Mesh.ControlPlane.Access.Roles;

/// <summary>The one table that says which role may do what.</summary>
internal static class RolePermissions
{
    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> Table = new Dictionary<Role, FrozenSet<Permission>>
    {
        [Role.Viewer] = Set(Permission.ReadMesh, Permission.ReadTraffic),
        [Role.Operator] = Set(Permission.ReadMesh, Permission.ReadTraffic, Permission.TapTraffic, Permission.WriteMesh),
        [Role.SecurityAdmin] = Set(Permission.ReadMesh, Permission.ReadTraffic, Permission.ReadIdentity, Permission.ManageIdentity, Permission.ManageAuthority),
        [Role.Auditor] = Set(Permission.ReadMesh, Permission.ReadTraffic, Permission.ReadIdentity, Permission.ReadAudit),
        [Role.Admin] = Enum.GetValues<Permission>().ToFrozenSet(),
    }.ToFrozenDictionary();

    /// <summary>What concerns the whole mesh cannot be allowed for a namespace.</summary>
    private static readonly FrozenSet<Permission> MeshWide = Set(Permission.ManageAuthority, Permission.ManageAccess);

    public static bool Allows(Role role, Permission permission) => permission == Permission.Public || Table[role].Contains(permission);

    public static bool IsMeshWide(Permission permission) => MeshWide.Contains(permission);

    private static FrozenSet<Permission> Set(params Permission[] permissions) => permissions.ToFrozenSet();
}
