using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using IPAddress = System.Net.IPAddress;

namespace Mesh.Client.Xds.Decoders.Endpoints;

/// <summary>Decodes where an endpoint is reached: its first address, and the others of the same process.</summary>
internal static class EndpointAddressDecoder
{
    /// <summary>Null after an error.</summary>
    public static EndpointAddress? Decode(LbEndpoint endpoint, DecodeErrors errors)
    {
        if (endpoint.Endpoint?.Address?.SocketAddress is not { } socket)
        {
            errors.Add($"expected endpoint.address.socket_address, got {endpoint.Endpoint?.Address?.AddressCase.ToString() ?? endpoint.HostIdentifierCase.ToString()}");
            return null;
        }

        return Decode(socket, errors);
    }

    /// <summary>All of them must be good (gRFC A61); a host name beside them has addresses of its own, and they are left out.</summary>
    public static ValueList<EndpointAddress> DecodeAdditional(LbEndpoint endpoint, EndpointAddress first, DecodeErrors errors)
    {
        if (endpoint.Endpoint.AdditionalAddresses is not { Count: > 0 } wire)
        {
            return ValueList<EndpointAddress>.Empty;
        }

        var addresses = new List<EndpointAddress>(wire.Count);
        for (var index = 0; index < wire.Count; index++)
        {
            if (DecodeAdditional(wire[index].Address, errors.In("endpoint.additional_addresses", index)) is { } address)
            {
                addresses.Add(address);
            }
        }

        return IPAddress.TryParse(first.Host, out _) ? new ValueList<EndpointAddress>([.. addresses]) : ValueList<EndpointAddress>.Empty;
    }

    private static EndpointAddress? DecodeAdditional(Address? address, DecodeErrors errors)
    {
        if (address?.SocketAddress is not { } socket)
        {
            errors.Add($"expected address.socket_address, got {address?.AddressCase.ToString() ?? "None"}");
            return null;
        }

        if (Decode(socket, errors) is not { } decoded)
        {
            return null;
        }

        if (!IPAddress.TryParse(decoded.Host, out var ip))
        {
            errors.Add($"expected an IP address, got '{decoded.Host}'");
            return null;
        }

        return decoded with { Host = ip.ToString() };
    }

    private static EndpointAddress? Decode(SocketAddress socket, DecodeErrors errors)
    {
        if (socket.Address.Length == 0 || socket.ResolverName.Length > 0 || socket.PortValue is 0 or > ushort.MaxValue)
        {
            errors.Add($"expected an address without a resolver_name and a port_value of 1 to 65535, got '{socket.Address}', '{socket.ResolverName}' and {socket.PortValue}");
            return null;
        }

        return new(socket.Address, (int)socket.PortValue);
    }
}
