using System.Collections.Concurrent;
using System.Net;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Server.Rules;
using Mesh.Server.Transport.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Transport.Live;

/// <summary>The open connections; ends those that the policy or the trust of the moment would not let in. As many as Kestrel's limits allow.</summary>
internal sealed class LiveConnections
{
    private readonly ConcurrentDictionary<LiveConnection, byte> _open = new();
    private readonly InboundGate _gate;
    private readonly IWorkloadIdentity? _identity;
    private readonly TransportCounters _counters;
    private readonly ILogger<LiveConnections> _logger;

    // 1 while a review waits to begin: one is enough for all changes before it.
    private int _isDue;

    public LiveConnections(
        InboundGate gate, IWorkloadIdentity? identity, TransportCounters counters, TransportClock clock, ILogger<LiveConnections> logger)
    {
        (_gate, _identity, _counters, Time, Random, _logger) = (gate, identity, counters, clock.Time, clock.Random, logger);
        gate.Changed += ReviewSoon;
        if (identity is not null)
        {
            identity.Changed += ReviewSoon;
        }
    }

    public TimeProvider Time { get; }

    public Random Random { get; }

    public int Count => _open.Count;

    /// <param name="context">The connection.</param>
    /// <param name="local">Where it came in.</param>
    /// <param name="isEncrypted">Whether it is TLS, whoever ends it.</param>
    /// <param name="peer">Null without mutual TLS of the mesh.</param>
    public LiveConnection Add(ConnectionContext context, IPEndPoint local, bool isEncrypted, PeerCertificate? peer)
    {
        var connection = new LiveConnection(this, context, local, isEncrypted, peer);
        _open.TryAdd(connection, 0);

        // What changed since it was let in was reviewed without it.
        Review(connection);
        return connection;
    }

    public void Remove(LiveConnection connection)
    {
        _open.TryRemove(connection, out _);
        connection.Dispose();
    }

    public void Tell(ConnectionContext context, string reason, string? detail)
    {
        _counters.End(reason);
        TransportLog.Ended(_logger, context.RemoteEndPoint, (context.LocalEndPoint as IPEndPoint)?.Port ?? 0, reason, detail);
    }

    // The events come from the queue of the xDS client, which must not wait for us.
    private void ReviewSoon()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.ReviewAll(), this, preferLocal: false);
        }
    }

    private void ReviewAll()
    {
        Volatile.Write(ref _isDue, 0);
        foreach (var connection in _open.Keys)
        {
            Review(connection);
        }
    }

    private void Review(LiveConnection connection)
    {
        if (connection.Peer is { } peer)
        {
            // Whom nobody vouches for any more gets no time to finish.
            if (_identity is not null && peer.Refuse(_identity.Bundles, Time.GetUtcNow()) is { } verdict)
            {
                connection.Abort(verdict.Reason!, verdict.Detail);
            }
        }
        else if (_gate.Look(connection.Local.Port, IPAddress.IsLoopback(connection.Local.Address)).Mode is PeerAuthenticationMode.Strict)
        {
            connection.End(
                connection.IsEncrypted ? RefusalReasons.ApplicationTls : RefusalReasons.Plaintext, "The port takes mutual TLS of the mesh alone now", LiveConnection.EndLimit);
        }
    }
}
