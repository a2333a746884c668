using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>The addresses of an endpoint set, whatever their locality and health.</summary>
internal static class EndpointSetAddresses
{
    public static IEnumerable<EndpointAddress> Addresses(this EndpointSet endpoints) =>
        endpoints.Each().Select(endpoint => endpoint.Address);

    /// <summary>The endpoints that have no address in common with the others.</summary>
    public static ImmutableArray<Endpoint> Without(this EndpointSet endpoints, EndpointSet others)
    {
        var there = others.Each().SelectMany(endpoint => endpoint.AdditionalAddresses.Prepend(endpoint.Address)).ToHashSet();
        return [.. endpoints.Each().Where(endpoint => !there.Contains(endpoint.Address) && !endpoint.AdditionalAddresses.Any(there.Contains))];
    }

    private static IEnumerable<Endpoint> Each(this EndpointSet endpoints) => endpoints.Localities.SelectMany(locality => locality.Endpoints);
}
