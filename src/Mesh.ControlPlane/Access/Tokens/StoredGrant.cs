using System.Collections.Immutable;
using Mesh.ControlPlane.Access.Roles;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>Reads what <see cref="RoleGrant.ToString"/> wrote.</summary>
internal static class StoredGrant
{
    /// <returns>Null when one is not known: a newer version may have meant less by it than would be left without it.</returns>
    public static ImmutableArray<RoleGrant>? ParseAll(ImmutableArray<string> texts)
    {
        var grants = ImmutableArray.CreateBuilder<RoleGrant>(texts.Length);
        foreach (var text in texts)
        {
            var at = text.IndexOf('@', StringComparison.Ordinal);
            if (!RoleName.TryParse(at < 0 ? text : text[..at], out var role))
            {
                return null;
            }

            grants.Add(new RoleGrant(role.Value, at < 0 ? null : text[(at + 1)..]));
        }

        return grants.ToImmutable();
    }
}
