namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Through whom requests come, as far as rules differ by it.</summary>
/// <param name="IsMesh">From inside the mesh, and not through a gateway.</param>
/// <param name="IsSecure">Over TLS that ends at the standard port of https.</param>
internal readonly record struct RouteScope(bool IsMesh, bool IsSecure)
{
    public static RouteScope Mesh => new(IsMesh: true, IsSecure: false);
}
