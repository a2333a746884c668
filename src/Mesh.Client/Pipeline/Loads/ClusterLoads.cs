using System.Collections.Concurrent;
using Mesh.Client.Model;
using Mesh.Client.Model.Loads;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.Loads;

/// <summary>The counters of one cluster: one for each endpoint that got something, and the calls that none got.</summary>
/// <remarks>An endpoint's counters live as long as the endpoint itself, or until what they counted was taken.</remarks>
internal sealed class ClusterLoads(string cluster)
{
    /// <summary>Letters of reasons are few; a composed one more would be a mistake of ours, not a caller's.</summary>
    private const int MaxReasons = 64;

    private readonly ConcurrentDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<(WeakReference<OutboundEndpoint> Endpoint, EndpointLoad Load)> _entries = [];

    /// <summary>For requests to addresses of their own.</summary>
    public EndpointLoad Passthrough { get; } = new(null, Locality.None, 0);

    public EndpointLoad Of(OutboundEndpoint endpoint, Cluster settled)
    {
        if (endpoint.Load is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            if (endpoint.Load is not { } load)
            {
                var place = settled.Endpoints.Localities.FirstOrDefault(locality => locality.Endpoints.Any(other => other.IsAt(endpoint.Address)));
                load = new EndpointLoad(endpoint.Address, place?.Locality ?? Locality.None, place?.Priority ?? 0);
                _entries.Add((new WeakReference<OutboundEndpoint>(endpoint), load));
                endpoint.Load = load;
            }

            return load;
        }
    }

    public void Drop(string reason)
    {
        if (_dropped.Count < MaxReasons || _dropped.ContainsKey(reason))
        {
            _dropped.AddOrUpdate(reason, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Null when there is nothing to tell.</summary>
    public ClusterLoad? Take()
    {
        var figures = new List<EndpointLoadFigures>();
        lock (_lock)
        {
            for (var index = _entries.Count - 1; index >= 0; index--)
            {
                var (owner, load) = _entries[index];
                var isThere = owner.TryGetTarget(out var endpoint);
                figures.Add(load.Take(endpoint?.InFlight ?? 0));
                if (!isThere)
                {
                    // Nobody can count there any more, and this was the last of it.
                    _entries.RemoveAt(index);
                }
            }
        }

        figures.Add(Passthrough.Take(0));
        figures.RemoveAll(figure => figure.IsEmpty);
        var dropped = _dropped.Keys.Select(reason => KeyValuePair.Create(reason, _dropped.TryRemove(reason, out var count) ? count : 0)).Where(pair => pair.Value > 0).ToArray();
        return figures.Count == 0 && dropped.Length == 0 ? null : new ClusterLoad(cluster, [.. figures], [.. dropped]);
    }
}
