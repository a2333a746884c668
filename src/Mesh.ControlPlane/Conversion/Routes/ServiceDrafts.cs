using Mesh.Config;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>The VirtualServices in the making: one for each host of a listener, and one for each service that a namespace has routes for.</summary>
internal sealed class ServiceDrafts
{
    private readonly SortedDictionary<string, ServiceDraft> _drafts = new(StringComparer.Ordinal);

    public IEnumerable<ServiceDraft> All => _drafts.Values;

    /// <param name="route">To be in it.</param>
    /// <param name="parent">What it is attached to.</param>
    /// <param name="host">One of the parent's.</param>
    public ServiceDraft For(Resource route, RouteParent parent, string host)
    {
        // istiod's keys, with the slashes that no name can have.
        var key = $"{parent.Listener?.InternalName ?? route.Id.Namespace}/{host}".Replace('/', '~');
        if (!_drafts.TryGetValue(key, out var draft))
        {
            _drafts[key] = draft = new ServiceDraft(key, parent.Listener?.InternalName, host, parent.Listener is null && parent.Namespace != route.Id.Namespace);
        }

        draft.Join(route);
        return draft;
    }
}
