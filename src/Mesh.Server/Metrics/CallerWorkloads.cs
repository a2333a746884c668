using System.Collections.Concurrent;
using Mesh.Client.Model;
using Mesh.Protocol.Xds;

namespace Mesh.Server.Metrics;

/// <summary>The workloads that call this process, by the header in which they say so; each is read once, and keeps its series.</summary>
internal sealed class CallerWorkloads
{
    /// <summary>Envoy's; what comes beyond it is read each time.</summary>
    private const int Limit = 500;

    private readonly ConcurrentDictionary<string, CallerWorkload> _known = new(StringComparer.Ordinal);

    /// <summary>Who says nothing, or nothing that can be read.</summary>
    private readonly CallerWorkload _unknown = new(null);

    public CallerWorkload Find(string? metadata)
    {
        if (string.IsNullOrEmpty(metadata))
        {
            return _unknown;
        }

        if (_known.TryGetValue(metadata, out var known))
        {
            return known;
        }

        var caller = Read(metadata);
        if (_known.Count < Limit)
        {
            _known.TryAdd(metadata, caller);
        }

        return caller;
    }

    private CallerWorkload Read(string text) => PeerMetadata.Decode(text) is not { } metadata ? _unknown : new CallerWorkload(new WorkloadReference
    {
        Name = metadata.Workload,
        Namespace = metadata.Namespace,
        CanonicalService = metadata.CanonicalName.Length > 0 ? metadata.CanonicalName : metadata.Workload,
        CanonicalRevision = metadata.CanonicalRevision,
        Cluster = metadata.Cluster,
        App = metadata.App,
        Version = metadata.Version,
    });
}
