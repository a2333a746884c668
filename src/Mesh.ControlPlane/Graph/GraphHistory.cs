namespace Mesh.ControlPlane.Graph;

/// <summary>Remembers what went over which edge: the newest minutes finely, an hour coarsely; every member may be called from any thread.</summary>
internal sealed class GraphHistory
{
    /// <summary>Reports come by timers and over the wire: a moment later than they are due.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly GraphLimits _limits;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lag;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly SlotRing _fine;
    private readonly SlotRing _coarse;
    private readonly Dictionary<GraphNode, GraphNode> _nodes = [];
    private long _leftOut;

    /// <param name="limits">How much is kept.</param>
    /// <param name="reportInterval">How old the newest report of a client may be: what is younger is not complete.</param>
    /// <param name="time">The clock.</param>
    public GraphHistory(GraphLimits limits, TimeSpan reportInterval, TimeProvider time)
    {
        (_limits, _lag, _time) = (limits, reportInterval + Delay, time);
        _fine = new SlotRing(limits.FineResolution, limits.FineHistory, limits);
        _coarse = new SlotRing(limits.CoarseResolution, limits.History, limits);
    }

    public TimeSpan Length => _limits.History;

    /// <summary>Edges in all time slots: what the memory is used for.</summary>
    public int Records
    {
        get { lock (_lock) { return _fine.Records + _coarse.Records; } }
    }

    /// <summary>Reports of edges for which there was no room.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Takes in what a client has counted until now.</summary>
    /// <param name="edges">What went over each.</param>
    /// <param name="interval">The time in which it was counted.</param>
    /// <param name="at">The end of that time; null for now.</param>
    public void Add(IEnumerable<KeyValuePair<GraphEdge, EdgeTraffic>> edges, TimeSpan interval, DateTimeOffset? at = null)
    {
        var to = at ?? _time.GetUtcNow();
        var from = to - (interval < _limits.FineHistory ? interval : _limits.FineHistory);
        lock (_lock)
        {
            foreach (var (edge, traffic) in edges)
            {
                var shared = new GraphEdge(Share(edge.Source), Share(edge.Destination));
                if (!_fine.Add(shared, traffic, from, to) | !_coarse.Add(shared, traffic, from, to))
                {
                    Interlocked.Increment(ref _leftOut);
                }
            }
        }
    }

    /// <summary>What the graph was in a time that is wholly reported.</summary>
    /// <param name="window">How long it is; rounded up to what can be told apart.</param>
    /// <param name="at">Its end; null for the newest.</param>
    public GraphWindow Settle(TimeSpan window, DateTimeOffset? at)
    {
        var now = _time.GetUtcNow();
        var end = at < now - _lag ? at.Value : now - _lag;
        lock (_lock)
        {
            var isFine = end - window >= now - _limits.FineHistory;
            var ring = isFine ? _fine : _coarse;
            var to = ring.Floor(end);
            var slots = Math.Max(1, (window.Ticks + ring.Resolution.Ticks - 1) / ring.Resolution.Ticks);
            return new GraphWindow(to - (slots * ring.Resolution), to, isFine);
        }
    }

    /// <summary>The traffic of a time, by the nodes that a level tells apart.</summary>
    /// <param name="window">As <see cref="Settle"/> gave it.</param>
    /// <param name="level">What is told apart.</param>
    /// <param name="includes">Which edges; asked before they are put together.</param>
    public IReadOnlyDictionary<GraphEdge, EdgeTraffic> Read(GraphWindow window, GraphLevel level, Func<GraphEdge, bool> includes)
    {
        var graph = new Dictionary<GraphEdge, EdgeTraffic>();
        lock (_lock)
        {
            foreach (var (edge, traffic) in (window.IsFine ? _fine : _coarse).Read(window.From, window.To))
            {
                if (!includes(edge))
                {
                    continue;
                }

                var key = edge.At(level);
                if (!graph.TryGetValue(key, out var sum))
                {
                    graph[key] = sum = new EdgeTraffic();
                }

                sum.Add(traffic);
            }
        }

        return graph;
    }

    /// <summary>One object for all slots that know a node.</summary>
    private GraphNode Share(GraphNode node)
    {
        if (_nodes.TryGetValue(node, out var known))
        {
            return known;
        }

        if (_nodes.Count >= 2 * _limits.EdgesPerSlot)
        {
            // Nodes of processes that are gone; those that are still there come back with their next report.
            _nodes.Clear();
        }

        return _nodes[node] = node;
    }
}
