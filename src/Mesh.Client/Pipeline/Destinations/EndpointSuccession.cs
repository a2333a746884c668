using System.Net;
using Mesh.Client.Dialing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>Finds which endpoint of the configuration before an endpoint is: one that has several addresses stays itself when they come in another order, or with others.</summary>
internal sealed class EndpointSuccession
{
    // By the address that it was first seen by: its name in metrics and logs, which must be its own still.
    private readonly Dictionary<EndpointAddress, OutboundEndpoint>? _before;

    /// <param name="before">By the first address; null when there was none.</param>
    public EndpointSuccession(Dictionary<EndpointAddress, OutboundEndpoint>? before)
    {
        // Leaves of an aggregate may tell of one by different addresses for a moment: it is there twice then.
        var isMoved = before is not null && before.Any(static endpoint => endpoint.Key != endpoint.Value.Address);
        _before = isMoved ? before!.Values.DistinctBy(static endpoint => endpoint.Address).ToDictionary(static endpoint => endpoint.Address) : before;
    }

    /// <summary>Null when it is new.</summary>
    public OutboundEndpoint? Find(Endpoint endpoint)
    {
        var known = _before?.GetValueOrDefault(endpoint.Address);
        for (var index = 0; known is null && index < endpoint.AdditionalAddresses.Count; index++)
        {
            known = _before?.GetValueOrDefault(endpoint.AdditionalAddresses[index]);
        }

        return known;
    }

    /// <summary>Null where it has one address only, and always had.</summary>
    public static AddressList? Addresses(Endpoint endpoint, OutboundEndpoint? known)
    {
        var list = known?.Pool.Connector.Addresses;
        if (list is null && endpoint.AdditionalAddresses.Count == 0)
        {
            return null;
        }

        IPEndPoint[] addresses = [.. endpoint.AdditionalAddresses.Prepend(endpoint.Address).Select(address => new IPEndPoint(IPAddress.Parse(address.Host), address.Port))];
        if (list is null)
        {
            return new AddressList(addresses);
        }

        list.Use(addresses);
        return list;
    }
}
