using System.Collections.Concurrent;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving;

/// <summary>All open streams; admits new ones up to a limit.</summary>
internal sealed class ConnectedClients(int limit, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<long, ConnectedClient> _clients = new();
    private long _lastStreamId;
    private int _admitted;

    /// <summary>The open streams in the order they came.</summary>
    public IReadOnlyList<ConnectedClient> Current => [.. _clients.Values.OrderBy(client => client.StreamId)];

    public int Count => _clients.Count;

    /// <summary>The stream of a node, the newest when there are several; null when it has none.</summary>
    public ConnectedClient? Find(string nodeId)
    {
        ConnectedClient? found = null;
        foreach (var (_, client) in _clients)
        {
            if (client.Node.Id == nodeId && (found is null || client.StreamId > found.StreamId))
            {
                found = client;
            }
        }

        return found;
    }

    /// <summary>Reserves a place, before the client has said who it is; <see cref="Release"/> gives it back.</summary>
    public void Admit()
    {
        if (Interlocked.Increment(ref _admitted) > limit)
        {
            Interlocked.Decrement(ref _admitted);
            throw new GrpcException(GrpcStatusCode.Unavailable, $"This control plane serves at most {limit} streams and has them; try again later or another server.");
        }
    }

    public void Release() => Interlocked.Decrement(ref _admitted);

    public ConnectedClient Add(ClientNode node, string protocol, Action wake, StreamCaller? caller = null)
    {
        var client = new ConnectedClient(Interlocked.Increment(ref _lastStreamId), protocol, timeProvider.GetUtcNow(), node, wake) { Caller = caller };
        _clients[client.StreamId] = client;
        return client;
    }

    public void Remove(ConnectedClient client) => _clients.TryRemove(client.StreamId, out _);

    public void WakeAll()
    {
        foreach (var (_, client) in _clients)
        {
            client.Wake();
        }
    }
}
