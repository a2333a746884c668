namespace Mesh.ControlPlane.Graph;

/// <summary>Reports that other control planes are to be told of, a bounded number of them; every member may be called from any thread.</summary>
/// <param name="capacity">Edges in all of them together.</param>
internal sealed class GraphOutbox(int capacity)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private List<GraphReport> _reports = [];
    private int _edges;
    private long _leftOut;

    /// <summary>Reports that found no room: the others do not know of them.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    public void Add(GraphReport report)
    {
        lock (_lock)
        {
            if (_edges + report.Edges.Count > capacity)
            {
                Interlocked.Increment(ref _leftOut);
                return;
            }

            _edges += report.Edges.Count;
            _reports.Add(report);
        }
    }

    /// <summary>All since the last time.</summary>
    public IReadOnlyList<GraphReport> Take()
    {
        lock (_lock)
        {
            var taken = _reports;
            (_reports, _edges) = ([], 0);
            return taken;
        }
    }
}
