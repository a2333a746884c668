using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>The nodes that report, those that did lately among them; every member may be called from any thread.</summary>
internal sealed class ReportSources(LoadLimits limits, TimeProvider time)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<string, ReportSource> _sources = new(StringComparer.Ordinal);
    private int _streams;

    /// <summary>Open streams.</summary>
    public int Streams
    {
        get { lock (_lock) { return _streams; } }
    }

    /// <summary>A stream begins; throws when there is no room for it.</summary>
    /// <param name="node">The id of its node.</param>
    /// <param name="identity">Who proved to be it.</param>
    public ReportSource Enter(string node, string identity)
    {
        lock (_lock)
        {
            if (_streams >= limits.Streams)
            {
                throw new GrpcException(GrpcStatusCode.Unavailable, $"This control plane takes the reports of {limits.Streams} clients and has them; try again later.");
            }

            var source = FindOrAdd(KeyOf(node, identity));
            if (source.Streams >= limits.StreamsPerNode)
            {
                throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"A node has at most {limits.StreamsPerNode} streams of load reports; '{node}' opened one more.");
            }

            source.Streams++;
            _streams++;
            return source;
        }
    }

    /// <summary>Another identity with the same node id is another process, or one that lies: it has a record of its own.</summary>
    public static string KeyOf(string node, string identity) => $"{identity} {node}";

    /// <summary>A client has reported to another control plane; false when the same report came here before.</summary>
    /// <param name="key">Of the client.</param>
    /// <param name="number">Of the report.</param>
    public bool IsNewElsewhere(string key, long number)
    {
        if (number == 0)
        {
            return true;
        }

        lock (_lock)
        {
            var source = FindOrAdd(key);
            source.LastSeen = time.GetTimestamp();
            return source.IsNew(number);
        }
    }

    public void Leave(ReportSource source)
    {
        lock (_lock)
        {
            source.Streams--;
            source.LastSeen = time.GetTimestamp();
            _streams--;
        }
    }

    private ReportSource FindOrAdd(string key)
    {
        if (!_sources.TryGetValue(key, out var source))
        {
            MakeRoom();
            _sources[key] = source = new ReportSource(limits.Burst);
        }

        return source;
    }

    private void MakeRoom()
    {
        if (_sources.Count < limits.Nodes)
        {
            return;
        }

        var gone = _sources.Where(pair => pair.Value.Streams == 0).ToArray();
        var old = gone.Where(pair => time.GetElapsedTime(pair.Value.LastSeen) > limits.Memory).ToArray();

        // When none is old enough, the older half of those that are gone makes room.
        foreach (var (key, _) in old.Length > 0 ? old : [.. gone.OrderBy(pair => pair.Value.LastSeen).Take((gone.Length + 1) / 2)])
        {
            _sources.Remove(key);
        }
    }
}
