using Mesh.ControlPlane.Registry;
using Endpoint = Mesh.Protocol.Envoy.Endpoint.Endpoint;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Hands out the further addresses of endpoints, each once in an assignment: clients refuse the whole of it for an address that is there twice (gRFC A61).</summary>
/// <remarks>Clients that are older than the field pass over it.</remarks>
internal sealed class AdditionalAddresses
{
    // Null where no endpoint has any.
    private readonly HashSet<(string Address, int Port)>? _taken;

    /// <param name="endpoints">All of the assignment; their first addresses go before any further one.</param>
    public AdditionalAddresses(IReadOnlyCollection<ServiceEndpoint> endpoints) =>
        _taken = endpoints.Any(endpoint => !endpoint.AdditionalAddresses.IsEmpty) ? [.. endpoints.Select(endpoint => (endpoint.Address, endpoint.Port))] : null;

    /// <summary>Those that nobody had before; none beside a host name, which has its own.</summary>
    public IEnumerable<Endpoint.Types.AdditionalAddress> Take(ServiceEndpoint endpoint) =>
        _taken is null || endpoint.AdditionalAddresses.IsEmpty || !EndpointAddress.IsIp(endpoint.Address)
            ? []
            : endpoint.AdditionalAddresses
                .Where(address => EndpointAddress.IsIp(address) && _taken.Add((address, endpoint.Port)))
                .Select(address => new Endpoint.Types.AdditionalAddress { Address = Envelope.SocketAddress(address, endpoint.Port) });
}
