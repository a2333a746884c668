using Mesh.Client.Limits;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Counted;

/// <summary>Sends the requests of one endpoint over connections that are counted one by one: connections of the cluster, requests that wait, requests and streams of a connection.</summary>
/// <remarks>
/// The rules are those of Envoy's connection pool. A request waits for a free connection, or for its own to open, and both count as pending. At the cluster's limit
/// of connections an endpoint that has none opens one all the same: its requests would wait for ever otherwise.
/// </remarks>
internal sealed class CountedConnectionPool : HttpMessageHandler
{
    private readonly ConnectionPolicy _policy;
    private readonly EndpointConnector _connector;
    private readonly Func<Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>, HttpMessageHandler> _createHandler;
    private readonly ClusterLimits _limits;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<CountedConnection> _connections = [];
    private readonly LinkedList<ConnectionWaiter> _waiters = [];
    private bool _disposed;

    public CountedConnectionPool(
        EndpointPoolKey key, EndpointConnector connector, Func<Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>, HttpMessageHandler> createHandler)
    {
        (_policy, _connector, _createHandler) = (key.Connection, connector, createHandler);
        _limits = key.Limits ?? new ClusterLimits(ConcurrencyLimits.None);
        _limits.MoreConnections += ServeNow;
    }

    /// <summary>Takes back what a request held.</summary>
    public void End(ConnectionLease lease)
    {
        lock (_lock)
        {
            StopPending(lease);
            lease.Connection.GiveBack(lease);
            RemoveIfUseless(lease.Connection);
            Serve();
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var lease = await EnterAsync(ConnectionNeed.Of(request), cancellationToken).ConfigureAwait(false);
        try
        {
            var response = await lease.Connection.Invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            Learn(lease.Connection, response);
            return CountedContent.Attach(response, lease);
        }
        catch
        {
            lease.End();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                // The requests that wait are served all the same: new ones go to the pool's successor.
                _disposed = true;
                ForgetLimits();
                foreach (var connection in _connections.ToArray())
                {
                    RemoveIfUseless(connection);
                }
            }
        }

        base.Dispose(disposing);
    }

    private ValueTask<ConnectionLease> EnterAsync(ConnectionNeed need, CancellationToken cancellationToken)
    {
        ConnectionWaiter waiter;
        lock (_lock)
        {
            if (FindOpen(need) is { } open)
            {
                return new(Take(open, isPending: false));
            }

            if (!_limits.Pending.TryEnter())
            {
                throw new PendingOverflowException();
            }

            if ((FindOpening(need) ?? TryCreate(need)) is { } opening)
            {
                return new(Take(opening, isPending: true));
            }

            waiter = new ConnectionWaiter(need);
            _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    private async ValueTask<ConnectionLease> WaitAsync(ConnectionWaiter waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister((state, token) => GiveUp((ConnectionWaiter)state!, token), waiter);
        return await waiter.Task.ConfigureAwait(false);
    }

    private void GiveUp(ConnectionWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiters.Remove(waiter))
            {
                _limits.Pending.Leave();
                waiter.TrySetCanceled(cancellationToken);
            }
        }
    }

    private CountedConnection? FindOpen(ConnectionNeed need) => _connections.Find(connection => connection.IsOpen && connection.Accepts(need));

    private CountedConnection? FindOpening(ConnectionNeed need) => _connections.Find(connection => !connection.IsOpen && connection.Accepts(need));

    private ConnectionLease Take(CountedConnection connection, bool isPending)
    {
        var lease = new ConnectionLease(this, connection) { IsPending = isPending };
        connection.Take(lease);
        return lease;
    }

    private CountedConnection? TryCreate(ConnectionNeed need)
    {
        if (!_limits.Connections.TryEnter())
        {
            // An idle one of another origin makes room.
            if (_connections.Find(candidate => candidate.IsIdle) is { } idle)
            {
                Remove(idle, keepPlace: true);
            }
            else if (_connections.Count > 0)
            {
                return null;
            }
            else
            {
                _limits.Connections.Enter();
            }
        }

        var connection = new CountedConnection(need, _policy.MaxRequests, _policy.MaxConcurrentStreams ?? CountedConnection.DefaultMaxStreams);
        connection.Invoker = new HttpMessageInvoker(_createHandler((context, token) => ConnectAsync(connection, context, token)));
        _connections.Add(connection);
        return connection;
    }

    private async ValueTask<Stream> ConnectAsync(CountedConnection connection, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var stream = await _connector.ConnectAsync(context, () => Closed(connection), cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var lease in connection.Open())
            {
                StopPending(lease);
            }
        }

        return stream;
    }

    private void Closed(CountedConnection connection)
    {
        lock (_lock)
        {
            connection.Close();
            if (!connection.IsRemoved)
            {
                RemoveIfUseless(connection);
                Serve();
            }
        }
    }

    private void ServeNow()
    {
        lock (_lock)
        {
            Serve();
        }
    }

    private void Serve()
    {
        while (_waiters.First is { Value: var waiter })
        {
            var open = FindOpen(waiter.Need);
            if ((open ?? FindOpening(waiter.Need) ?? TryCreate(waiter.Need)) is not { } connection)
            {
                return;
            }

            _waiters.RemoveFirst();
            var lease = Take(connection, isPending: true);
            if (open is not null)
            {
                StopPending(lease);
            }

            waiter.SetResult(lease);
        }

        ForgetLimits();
    }

    // The limits outlive the pool.
    private void ForgetLimits()
    {
        if (_disposed && _waiters.Count == 0)
        {
            _limits.MoreConnections -= ServeNow;
        }
    }

    private void StopPending(ConnectionLease lease)
    {
        if (lease.IsPending)
        {
            lease.IsPending = false;
            _limits.Pending.Leave();
        }
    }

    private void RemoveIfUseless(CountedConnection connection)
    {
        if (connection.IsIdle && (connection.IsSpent || !connection.IsOpen || _disposed))
        {
            Remove(connection);
        }
    }

    private void Remove(CountedConnection connection, bool keepPlace = false)
    {
        if (connection.IsRemoved)
        {
            return;
        }

        connection.IsRemoved = true;
        _connections.Remove(connection);
        connection.Invoker.Dispose();
        if (!keepPlace)
        {
            _limits.Connections.Leave();
        }
    }

    private void Learn(CountedConnection connection, HttpResponseMessage response)
    {
        if (response.Version.Major < 2)
        {
            lock (_lock)
            {
                connection.Downgrade();
            }
        }
    }
}
