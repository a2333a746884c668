using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>The addresses of an endpoint set, whatever their locality and health.</summary>
internal static class EndpointSetAddresses
{
    public static IEnumerable<EndpointAddress> Addresses(this EndpointSet endpoints) =>
        endpoints.Localities.SelectMany(locality => locality.Endpoints).Select(endpoint => endpoint.Address);
}
