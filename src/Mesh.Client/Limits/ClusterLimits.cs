using Mesh.Client.Model;

namespace Mesh.Client.Limits;

/// <summary>What of a cluster is in use, over all its endpoints: it outlives configuration updates, which only change the limits.</summary>
internal sealed class ClusterLimits
{
    public ClusterLimits(ConcurrencyLimits limits) => Change(limits);

    /// <summary>More connections may be opened than before: who waits for one is to look again.</summary>
    public event Action? MoreConnections;

    /// <summary>Requests whose responses have not ended; streams and upgraded connections to their very end.</summary>
    public ConcurrencyLimit Requests { get; } = new();

    /// <summary>Requests that wait for a connection.</summary>
    public ConcurrencyLimit Pending { get; } = new();

    /// <summary>Connections to all endpoints together.</summary>
    public ConcurrencyLimit Connections { get; } = new();

    /// <summary>A request enters; false when the cluster takes no more now.</summary>
    public bool TryEnter() => Requests.TryEnter();

    public void Leave() => Requests.Leave();

    public void Change(ConcurrencyLimits limits)
    {
        Requests.Change(limits.MaxRequests);
        Pending.Change(limits.MaxPendingRequests);
        if (Connections.Change(limits.MaxConnections))
        {
            MoreConnections?.Invoke();
        }
    }
}
