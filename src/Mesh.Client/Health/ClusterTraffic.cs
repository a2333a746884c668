namespace Mesh.Client.Health;

/// <summary>Whether a request ever went to a cluster; idle clusters are checked less often.</summary>
internal sealed class ClusterTraffic
{
    private volatile bool _seen;

    public bool Seen => _seen;

    public void Mark()
    {
        // A write for every request would take the cache line from the other cores.
        if (!_seen)
        {
            _seen = true;
        }
    }
}
