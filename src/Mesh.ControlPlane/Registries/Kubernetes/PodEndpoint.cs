using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Registries.Kubernetes;

/// <summary>One address of an EndpointSlice, with the pod that it is of.</summary>
/// <param name="Pod">Namespace and name; none for an endpoint that is no pod's.</param>
/// <param name="Endpoint">As if it were alone.</param>
internal readonly record struct PodEndpoint((string Namespace, string Name) Pod, ServiceEndpoint Endpoint)
{
    private bool IsIpv6 => IsOfIpv6(Endpoint.Address);

    /// <summary>A Service of two families has slices of both, and each pod in both: that is one endpoint, as in istiod.</summary>
    /// <param name="members">Each address once.</param>
    /// <param name="clusterIp">The Service's own first: the family of it goes first. It may be none.</param>
    public static ImmutableArray<ServiceEndpoint> Join(IEnumerable<PodEndpoint> members, string clusterIp)
    {
        var prefersIpv6 = IsOfIpv6(clusterIp);
        return
        [
            .. members
                .GroupBy(member => (member.Pod, member.Endpoint.Port, member.Endpoint.ServicePortName))
                .SelectMany(group => group.Key.Pod.Name is null || group.All(member => member.IsIpv6) || !group.Any(member => member.IsIpv6)
                    ? group.Select(member => member.Endpoint)
                    : [Join(group.OrderBy(member => member.IsIpv6 == prefersIpv6 ? 0 : 1))]),
        ];
    }

    private static ServiceEndpoint Join(IEnumerable<PodEndpoint> ordered)
    {
        ServiceEndpoint[] all = [.. ordered.Select(member => member.Endpoint)];
        return all[0] with { AdditionalAddresses = [.. all[1..].Select(endpoint => endpoint.Address)] };
    }

    private static bool IsOfIpv6(string address) => address.Contains(':', StringComparison.Ordinal);
}
