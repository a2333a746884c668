using System.Collections.Immutable;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Sends the endpoints of lanes (label <c>lane</c>) to the clients that keep lanes apart, and to no others.</summary>
internal static class Lanes
{
    private const string Label = "lane";

    /// <summary>Null for an endpoint of the baseline.</summary>
    public static string? Of(ServiceEndpoint endpoint) =>
        endpoint.Labels.TryGetValue(Label, out var lane) && lane.Length > 0 ? lane : null;

    /// <summary>A client that knows nothing of lanes would send them what is meant for the baseline.</summary>
    public static bool IsFor(GenerationContext context, ServiceEndpoint endpoint) => !context.IsProxylessGrpc || Of(endpoint) is null;

    /// <summary>The endpoints that a cluster of a subset holds for their lanes alone: a lane goes before a subset, and the client needs no other cluster for it.</summary>
    public static ImmutableArray<ServiceEndpoint> Guests(
        GenerationContext context, ResolvedService service, ServicePort port, string subset, ImmutableArray<ServiceEndpoint> members)
    {
        if (subset.Length == 0 || context.IsProxylessGrpc)
        {
            return [];
        }

        var addresses = members.Select(endpoint => (endpoint.Address, endpoint.Port)).ToHashSet();
        return
        [
            .. ServiceEndpoints.Of(context, service, port, subset: "")
                .Where(endpoint => Of(endpoint) is not null && !addresses.Contains((endpoint.Address, endpoint.Port)))
                .Select(endpoint => endpoint with { IsGuest = true }),
        ];
    }
}
