using System.Collections.Immutable;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Finds the endpoints behind one port and subset of a service, each address once.</summary>
internal static class ServiceEndpoints
{
    public static ImmutableArray<ServiceEndpoint> Of(GenerationContext context, ResolvedService service, ServicePort port, string subset)
    {
        var selector = SubsetSelector(context, service, subset);
        if (selector is null)
        {
            return [];
        }

        return
        [
            .. Candidates(context, service, port)
                .Where(endpoint => selector.All(label => endpoint.Labels.TryGetValue(label.Key, out var value) && value == label.Value))
                .OrderBy(endpoint => endpoint.Locality, StringComparer.Ordinal)
                .ThenBy(endpoint => endpoint.Address, StringComparer.Ordinal)
                .ThenBy(endpoint => endpoint.Port)
                // A process that was replaced at once may be known twice; the one that takes requests counts.
                .ThenBy(endpoint => endpoint.State == EndpointState.Ready ? 0 : 1)
                .DistinctBy(endpoint => (endpoint.Address, endpoint.Port)),
        ];
    }

    private static IEnumerable<ServiceEndpoint> Candidates(GenerationContext context, ResolvedService service, ServicePort port)
    {
        // Without known endpoints the caller's own target is dialled; so it is for each name that a wildcard covers.
        var known = context.State.Registry.EndpointsOf(service.Service);
        if (service.Service.Resolution == ServiceResolution.None
            || (service is { IsWildcard: true, Service.Resolution: not ServiceResolution.Static } && known.IsEmpty))
        {
            return service.Host.StartsWith('*')
                ? []
                : [new ServiceEndpoint { Address = service.Host, Port = port.Number, ServicePortName = port.Name }];
        }

        return known.Where(endpoint => endpoint.ServicePortName == port.Name);
    }

    // Null when the subset is not defined: such a cluster has no endpoints.
    private static IDictionary<string, string>? SubsetSelector(GenerationContext context, ResolvedService service, string subset) =>
        subset.Length == 0
            ? ImmutableDictionary<string, string>.Empty
            : DestinationRuleResolver.Resolve(context, service.PolicyHost, service.Service.Namespace).Subset(subset)?.Labels;
}
