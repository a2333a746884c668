using Mesh.Protocol.Envoy.Rbac;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Joins principals in the form that istiod gives them.</summary>
internal static class Principals
{
    public static Principal Any() => new() { Any = true };

    public static Principal AnyOf(IEnumerable<Principal> terms) => new() { OrIds = new Principal.Types.Set { Ids = { terms } } };

    public static Principal Not(Principal term) => new() { NotId = term };

    /// <summary>All of them; without any, everyone.</summary>
    public static Principal AllOf(IReadOnlyCollection<Principal> terms) =>
        new() { AndIds = new Principal.Types.Set { Ids = { terms.Count == 0 ? [Any()] : terms } } };
}
