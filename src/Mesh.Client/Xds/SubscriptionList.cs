using Mesh.Client.Model;
using Mesh.Client.Xds.Resources;

namespace Mesh.Client.Xds;

/// <summary>The authorities that are subscribed to, a bounded number, least recently used first.</summary>
internal sealed class SubscriptionList(int limit)
{
    private readonly Dictionary<Authority, LinkedListNode<AuthoritySubscription>> _byAuthority = [];
    private readonly LinkedList<AuthoritySubscription> _byUse = [];

    public IReadOnlyCollection<AuthoritySubscription> All => _byUse;

    /// <summary>The subscription, which counts as used now; null when there is none.</summary>
    public AuthoritySubscription? Touch(Authority authority)
    {
        if (!_byAuthority.TryGetValue(authority, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    public void Add(AuthoritySubscription subscription) =>
        _byAuthority.Add(subscription.Authority, _byUse.AddLast(subscription));

    public AuthoritySubscription? Remove(Authority authority)
    {
        if (!_byAuthority.Remove(authority, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        return node.Value;
    }

    /// <summary>Drops what must go so that one more can come: authorities the mesh does not know before those it routes.</summary>
    public IReadOnlyList<AuthoritySubscription> MakeRoom()
    {
        var dropped = new List<AuthoritySubscription>();
        while (_byUse.Count >= limit)
        {
            var victim = _byUse.FirstOrDefault(subscription => subscription.Answer?.Status == DestinationStatus.Unknown) ?? _byUse.First!.Value;
            Remove(victim.Authority);
            dropped.Add(victim);
        }

        return dropped;
    }
}
