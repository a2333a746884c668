using Mesh.Client.Model;

namespace Mesh.Client.Xds.Resources;

/// <summary>One authority that somebody calls, and how far its configuration is.</summary>
internal sealed class AuthoritySubscription(Authority authority, string listenerName)
{
    /// <summary>An application that takes the names of subsets from its callers must not fill the memory.</summary>
    private const int MaxAskedClusters = 64;

    private readonly HashSet<string> _askedClusters = new(StringComparer.Ordinal);

    public Authority Authority { get; } = authority;

    /// <summary>Clusters that requests ask for by themselves, whether routes name them or not.</summary>
    public IReadOnlyCollection<string> AskedClusters => _askedClusters;

    public string ListenerName { get; } = listenerName;

    /// <summary>The routes of the last complete answer: they serve until newer ones are complete (gRFC A74).</summary>
    public RoutesInForce? InForce { get; set; }

    /// <summary>The last answer; null until there is one.</summary>
    public Destination? Answer { get; set; }

    /// <summary>Completes with the first answer; null while nobody waits.</summary>
    public TaskCompletionSource<Destination>? Waiter { get; set; }

    /// <summary>The virtual host completed with what the listener says for all routes, so that unchanged input gives the same record.</summary>
    public CompletedHost? Completed { get; set; }

    /// <summary>Whether the cluster is a new one to ask for.</summary>
    public bool Ask(string cluster) => _askedClusters.Count < MaxAskedClusters && _askedClusters.Add(cluster);
}
