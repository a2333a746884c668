using System.Collections.Concurrent;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>The endpoints of a cluster whose requests name their address themselves: made when first asked for, kept while they fit.</summary>
internal sealed class OriginalDestinations(EndpointPoolStore pools)
{
    /// <summary>An application that calls any address it is given must not fill the memory.</summary>
    private const int Capacity = 1024;

    private readonly Lock _lock = new();

    // Written under _lock.
    private readonly ConcurrentDictionary<EndpointAddress, OutboundEndpoint> _endpoints = new();

    /// <summary>Null when the room is full of endpoints that are all in use.</summary>
    public OutboundEndpoint? Find(EndpointAddress address, Func<EndpointAddress, EndpointPool, OutboundEndpoint> create, EndpointPoolKey key)
    {
        if (_endpoints.TryGetValue(address, out var known) && known.Pool.Key.Equals(key))
        {
            return known;
        }

        lock (_lock)
        {
            if (_endpoints.TryGetValue(address, out known))
            {
                if (known.Pool.Key.Equals(key))
                {
                    return known;
                }

                Remove(known);
            }

            if (_endpoints.Count >= Capacity)
            {
                RemoveIdle();
            }

            return _endpoints.Count >= Capacity ? null : _endpoints[address] = create(address, pools.Acquire(key));
        }
    }

    /// <summary>The configuration does not name the cluster any more.</summary>
    public void Release()
    {
        lock (_lock)
        {
            foreach (var endpoint in _endpoints.Values)
            {
                Remove(endpoint);
            }
        }
    }

    private void RemoveIdle()
    {
        foreach (var endpoint in _endpoints.Values)
        {
            if (endpoint.InFlight == 0)
            {
                Remove(endpoint);
            }
        }
    }

    // A request that has just picked it opens the pool again for itself.
    private void Remove(OutboundEndpoint endpoint)
    {
        _endpoints.TryRemove(endpoint.Address, out _);
        pools.Release(endpoint.Pool);
    }
}
