using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>For whom and to what routes are made.</summary>
/// <param name="Context">The client and the state.</param>
/// <param name="Service">What the client calls.</param>
/// <param name="Port">The service's port that the client calls.</param>
internal sealed record RouteTarget(GenerationContext Context, ResolvedService Service, int Port)
{
    /// <summary>Of the gateway that takes the requests, as <c>namespace/name</c>; null for requests inside the mesh.</summary>
    public string? Gateway { get; init; }
}
