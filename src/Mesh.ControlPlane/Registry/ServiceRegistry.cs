using Mesh.Config.Stores;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registry;

/// <summary>Keeps the services and endpoints in step with the configuration and the registered processes.</summary>
internal sealed class ServiceRegistry : IDisposable
{
    private readonly IConfigStore _store;
    private readonly WorkloadRegistry _workloads;
    private readonly RegistryBuilder _builder;
    private readonly RegistryFeeds _feeds;

    // Volatile: one writer at a time (see Rebuild), read by anyone.
    private volatile RegistryBasis _basis;

    // Interlocked: changes that were noticed and not yet built in.
    private int _pending;

    public ServiceRegistry(IConfigStore store, WorkloadRegistry workloads, RegistryBuilder builder, RegistryFeeds? feeds = null)
    {
        _feeds = feeds ?? RegistryFeeds.None;
        _store = store;
        _workloads = workloads;
        _builder = builder;
        _basis = new RegistryBasis(ConfigSnapshot.Empty, RegistrySnapshot.Empty);
        store.Changed += Rebuild;
        workloads.Changed += Rebuild;
        _feeds.Changed += Rebuild;
        Rebuild();
    }

    /// <summary>Raised after <see cref="Basis"/> was replaced, also when only the configuration beside it is new; handlers must return at once.</summary>
    public event Action? Changed;

    /// <summary>The newest services and endpoints.</summary>
    public RegistrySnapshot Current => _basis.Registry;

    /// <summary>The newest services and endpoints with the configuration they were built from.</summary>
    public RegistryBasis Basis => _basis;

    public void Dispose()
    {
        _store.Changed -= Rebuild;
        _workloads.Changed -= Rebuild;
        _feeds.Changed -= Rebuild;
    }

    // Whoever notices the first change builds; changes that come meanwhile make it build once more. So there is one
    // writer without a lock, and a burst of registrations costs two builds and not one for each.
    private void Rebuild()
    {
        if (Interlocked.Increment(ref _pending) != 1)
        {
            return;
        }

        int seen;
        do
        {
            seen = Volatile.Read(ref _pending);
            BuildOnce();
        }
        while (Interlocked.Add(ref _pending, -seen) != 0);
    }

    private void BuildOnce()
    {
        var old = _basis;
        var config = _store.Current;
        var built = _builder.Build(old.Registry.Version + 1, config, _workloads.Instances.Values, [.. _feeds.All.Select(feed => (feed.Label, feed.Current))]);
        if (built.Exported is { } exported && old.Registry.Exported is { } told && RegistryContent.AreEqual(exported, told))
        {
            // Otherwise two control planes would tell each other for ever that the other one has news.
            built = built with { Exported = told };
        }

        var registry = RegistryContent.AreEqual(old.Registry, built) ? old.Registry : built;
        
        // What only readers of the API can see, such as a status, is nothing that anybody must be sent.
        if (ReferenceEquals(registry, old.Registry) && config.EffectiveVersion == old.Config.EffectiveVersion)
        {
            return;
        }

        _basis = new RegistryBasis(config, registry);
        Changed?.Invoke();
    }
}
