using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>The peers of one cluster through its updates; written by the writer of configuration alone.</summary>
internal sealed class CallPeers
{
    private readonly Dictionary<(ServiceReference? Service, WorkloadReference? Workload), CallPeer> _known = [];
    private CallPeer? _last;

    /// <summary>The same object as long as nothing about it changes, so that what sinks keep with it stays.</summary>
    public CallPeer Of(Cluster cluster, WorkloadReference? workload)
    {
        // Endpoints of one workload stand together mostly.
        if (_last is { } last && ReferenceEquals(last.Workload, workload) && ReferenceEquals(last.Service, cluster.Service))
        {
            return last;
        }

        var key = (cluster.Service, workload);
        if (!_known.TryGetValue(key, out var peer))
        {
            _known[key] = peer = new CallPeer(cluster.Name, cluster.Service, workload);
        }

        return _last = peer;
    }

    /// <summary>Forgets the workloads that have no endpoint any more, and what the service was called before.</summary>
    public void Keep(Cluster cluster)
    {
        var used = cluster.Endpoints.Localities.SelectMany(locality => locality.Endpoints).Select(endpoint => endpoint.Workload).Append(null).ToHashSet();
        foreach (var key in _known.Keys.Where(key => key.Service != cluster.Service || !used.Contains(key.Workload)).ToArray())
        {
            _known.Remove(key);
        }
    }
}
