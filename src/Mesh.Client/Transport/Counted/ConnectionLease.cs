namespace Mesh.Client.Transport.Counted;

/// <summary>One request's hold on a connection, from before it is sent until its response has ended.</summary>
internal sealed class ConnectionLease(CountedConnectionPool pool, CountedConnection connection)
{
    private int _ended;

    public CountedConnection Connection => connection;

    /// <summary>Whether it still counts as waiting, because the connection is not open yet. Guarded by the pool.</summary>
    public bool IsPending { get; set; }

    /// <summary>The response has ended, or there is none; only the first call counts.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            pool.End(this);
        }
    }
}
