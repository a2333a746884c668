using System.Collections.Concurrent;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>The processes that tell what their calls follow; every member may be called from any thread.</summary>
internal sealed class ModeClients
{
    /// <summary>Processes that are followed.</summary>
    private const int Limit = 10_000;

    private readonly ConcurrentDictionary<ModeClient, byte> _clients = new();

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ModeClient> Current => [.. _clients.Keys.OrderBy(client => client.Name.ToString(), StringComparer.Ordinal)];

    /// <summary>A process connects; throws when there is no room.</summary>
    public void Enter(ModeClient client)
    {
        if (_clients.Count >= Limit)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, $"This control plane follows {Limit} processes and has them; try again later.");
        }

        _clients[client] = 0;
    }

    public void Leave(ModeClient client) => _clients.TryRemove(client, out _);

    public void WakeAll()
    {
        foreach (var (client, _) in _clients)
        {
            client.Wake();
        }
    }
}
