using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.ControlPlane.Graph;
using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>Who looks at what, and the processes that can be looked at; every member may be called from any thread.</summary>
internal sealed class TapSessions(TapLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<ulong, TapSession> _sessions = new();
    private readonly ConcurrentDictionary<TapClient, byte> _clients = new();
    private readonly Lock _lock = new();

    // Guarded by _lock. Orders of an earlier control plane must not be taken for ours.
    private ulong _lastId = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();

    public TapLimits Limits => limits;

    public int Count => _sessions.Count;

    public int Clients => _clients.Count;

    /// <summary>Begins; null when there are as many as there may be.</summary>
    /// <param name="filter">Which requests.</param>
    /// <param name="selects">Which processes.</param>
    /// <param name="duration">How long.</param>
    /// <param name="clients">How many processes are looked at now.</param>
    public TapSession? Begin(TapFilter filter, Func<GraphNode, bool> selects, TimeSpan duration, out int clients)
    {
        TapSession session;
        lock (_lock)
        {
            if (_sessions.Count >= limits.Sessions)
            {
                clients = 0;
                return null;
            }

            session = new TapSession(++_lastId, filter, selects, time.GetUtcNow() + duration, limits, time);
            clients = _clients.Keys.Count(client => selects(client.Name));
            if (clients > 0 && clients <= limits.ClientsPerSession)
            {
                _sessions[session.Id] = session;
            }
        }

        WakeAll(session);
        return session;
    }

    public void End(TapSession session)
    {
        session.End();
        if (_sessions.TryRemove(session.Id, out _))
        {
            WakeAll(session);
        }
    }

    /// <summary>A process connects; throws when there is no room.</summary>
    public TapClient Enter(GraphNode name)
    {
        if (_clients.Count >= limits.Clients)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, $"This control plane follows {limits.Clients} processes and has them; try again later.");
        }

        var client = new TapClient(name);
        _clients[client] = 0;
        return client;
    }

    public void Leave(TapClient client) => _clients.TryRemove(client, out _);

    /// <summary>What holds for a process now.</summary>
    public ImmutableArray<TapSession> Of(TapClient client) => [.. _sessions.Values.Where(session => session.Selects(client.Name)).OrderBy(session => session.Id)];

    /// <summary>Hands on what a process tells; what nobody asked it for is left out.</summary>
    public void Tell(TapClient client, TapReport report)
    {
        foreach (var exchange in report.Events)
        {
            if (_sessions.TryGetValue(exchange.Order, out var session) && session.Selects(client.Name))
            {
                session.Tell(client.Name, exchange);
            }
        }

        if (report.Dropped > 0)
        {
            foreach (var session in Of(client))
            {
                session.Drop((long)Math.Min(report.Dropped, int.MaxValue));
            }
        }
    }

    private void WakeAll(TapSession session)
    {
        foreach (var client in _clients.Keys.Where(client => session.Selects(client.Name)))
        {
            client.Wake();
        }
    }
}
