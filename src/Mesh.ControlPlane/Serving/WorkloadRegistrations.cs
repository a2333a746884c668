using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Serving;

/// <summary>Ties registered processes to streams: a process that reconnects before its old stream ended stays registered by the new one.</summary>
internal sealed class WorkloadRegistrations(IWorkloadSink sink)
{
    private readonly Lock _lock = new();

    // Guarded by _lock: the newest stream that registered the node.
    private readonly Dictionary<string, long> _owners = new(StringComparer.Ordinal);

    /// <summary>Registers, changes, or (with no workload) takes back what a stream says of its process.</summary>
    public void Apply(long streamId, string nodeId, WorkloadInstance? workload)
    {
        if (workload is null)
        {
            Remove(streamId, nodeId);
            return;
        }

        lock (_lock)
        {
            if (_owners.TryGetValue(nodeId, out var owner) && owner > streamId)
            {
                return;
            }

            _owners[nodeId] = streamId;
            if (owner == streamId)
            {
                sink.Updated(workload);
            }
            else
            {
                sink.Connected(workload);
            }
        }
    }

    /// <summary>The stream ended.</summary>
    public void Remove(long streamId, string nodeId)
    {
        lock (_lock)
        {
            if (_owners.TryGetValue(nodeId, out var owner) && owner == streamId)
            {
                _owners.Remove(nodeId);
                sink.Disconnected(nodeId);
            }
        }
    }
}
