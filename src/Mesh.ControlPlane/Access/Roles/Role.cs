namespace Mesh.ControlPlane.Access.Roles;

/// <summary>What a caller of the API is; <see cref="RolePermissions"/> says what that allows.</summary>
internal enum Role
{
    Viewer,

    Operator,

    SecurityAdmin,

    Auditor,

    Admin,
}
