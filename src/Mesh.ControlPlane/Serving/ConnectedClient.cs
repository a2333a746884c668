using System.Collections.Concurrent;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Nodes;

namespace Mesh.ControlPlane.Serving;

/// <summary>One open stream, as others see it.</summary>
internal sealed class ConnectedClient(long streamId, string protocol, DateTimeOffset since, ClientNode node, Action wake)
{
    private readonly ConcurrentDictionary<string, SubscriptionStatus> _subscriptions = new(StringComparer.Ordinal);
    private volatile ClientNode _node = node;

    /// <summary>Grows with every stream of this server.</summary>
    public long StreamId { get; } = streamId;

    /// <summary><c>sotw</c> or <c>delta</c>.</summary>
    public string Protocol { get; } = protocol;

    public DateTimeOffset Since { get; } = since;

    /// <summary>Who it is proved to be; null on a port without credentials.</summary>
    public StreamCaller? Caller { get; init; }

    public ClientNode Node
    {
        get => _node;
        set => _node = value;
    }

    /// <summary>By type URL.</summary>
    public IReadOnlyDictionary<string, SubscriptionStatus> Subscriptions => _subscriptions;

    /// <summary>Called by the stream alone.</summary>
    public void Record(SubscriptionStatus status) => _subscriptions[status.TypeUrl] = status;

    /// <summary>Makes the stream compare what it sent with the newest state.</summary>
    public void Wake() => wake();
}
