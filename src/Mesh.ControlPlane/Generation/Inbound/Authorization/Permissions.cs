using Mesh.Protocol.Envoy.Rbac;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Joins permissions in the form that istiod gives them.</summary>
internal static class Permissions
{
    public static Permission Any() => new() { Any = true };

    public static Permission AnyOf(IEnumerable<Permission> terms) => new() { OrRules = new Permission.Types.Set { Rules = { terms } } };

    public static Permission Not(Permission term) => new() { NotRule = term };

    /// <summary>All of them; without any, everything.</summary>
    public static Permission AllOf(IReadOnlyCollection<Permission> terms) =>
        new() { AndRules = new Permission.Types.Set { Rules = { terms.Count == 0 ? [Any()] : terms } } };
}
