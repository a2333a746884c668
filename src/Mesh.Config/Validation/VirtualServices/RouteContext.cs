using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>What the rules of a route need to know of the VirtualService around it.</summary>
/// <param name="Hosts">Its hosts.</param>
/// <param name="IsDelegate">It has no hosts: another VirtualService calls it.</param>
/// <param name="IsGateway">It is bound to gateways and not to the mesh.</param>
internal sealed record RouteContext(IReadOnlyList<string> Hosts, bool IsDelegate, bool IsGateway)
{
    public static RouteContext Of(VirtualService spec) =>
        new(spec.Hosts, spec.Hosts.Count == 0, !GatewayNames.BoundToMesh(spec.Gateways));
}
