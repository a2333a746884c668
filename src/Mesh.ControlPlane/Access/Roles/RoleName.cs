using System.Diagnostics.CodeAnalysis;

namespace Mesh.ControlPlane.Access.Roles;

/// <summary>The names of roles, as people and files write them.</summary>
internal static class RoleName
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Role>().Select(Of)];

    public static string Of(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.SecurityAdmin => "security-admin",
        Role.Auditor => "auditor",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a role."),
    };

    public static bool TryParse(string text, [NotNullWhen(true)] out Role? role)
    {
        role = Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(known => Of(known!.Value) == text);
        return role is not null;
    }
}
