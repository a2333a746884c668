namespace Mesh.Client.Transport.Counted;

/// <summary>A handler that never has more than one connection, and what is known of that connection; all of it guarded by the pool.</summary>
internal sealed class CountedConnection(ConnectionNeed need, uint? maxRequests, uint maxStreams)
{
    // RFC 9113 6.5.2: the fewest streams a server should allow, and what Kestrel and most servers do allow.
    public const uint DefaultMaxStreams = 100;

    private readonly List<ConnectionLease> _leases = [];
    private uint _capacity = need.IsMultiplexed ? maxStreams : 1;
    private uint _taken;

    /// <summary>Set once, before the first request.</summary>
    public HttpMessageInvoker Invoker { get; set; } = null!;

    public bool IsOpen { get; private set; }

    public bool IsIdle => _leases.Count == 0;

    /// <summary>Whether the pool has given it up.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether it takes no more requests, for good.</summary>
    public bool IsSpent => _taken >= maxRequests;

    public bool Accepts(ConnectionNeed other) => !IsSpent && _leases.Count < _capacity && need == other;

    public void Take(ConnectionLease lease)
    {
        _taken++;
        _leases.Add(lease);
    }

    public void GiveBack(ConnectionLease lease) => _leases.Remove(lease);

    /// <summary>The connection is open; a new one in the place of a closed one has the requests of now alone.</summary>
    public List<ConnectionLease> Open()
    {
        IsOpen = true;
        _taken = (uint)_leases.Count;
        return _leases;
    }

    public void Close() => IsOpen = false;

    /// <summary>TLS agreed on HTTP/1.1 where HTTP/2 was hoped for.</summary>
    public void Downgrade() => _capacity = 1;
}
