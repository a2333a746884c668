using Mesh.ControlPlane.Generation.Secrets;
using Mesh.ControlPlane.Keys;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation;

/// <summary>Offers the newest configuration and the registry of it, with the newest keys, and tells when there is a newer one.</summary>
internal sealed class MeshStateSource : IMeshStateSource, IDisposable
{
    private readonly ServiceRegistry _registry;
    private readonly IKeySource? _keys;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile MeshState _current = MeshState.Empty;

    // Guarded by _lock.
    private PublishedTrust? _trust;

    // Guarded by _lock: completed and replaced with every change.
    private TaskCompletionSource _next = NewSignal();

    public MeshStateSource(ServiceRegistry registry, IKeySource? keys = null)
    {
        _registry = registry;
        _keys = keys;
        registry.Changed += Refresh;
        if (keys is not null)
        {
            keys.Changed += Refresh;
        }

        Refresh();
    }

    /// <summary>Raised after <see cref="Current"/> was replaced; handlers must return at once.</summary>
    public event Action? Changed;

    public MeshState Current => _current;

    /// <summary>Waits until the current state is newer than a version; returns at once when it is already.</summary>
    public async Task<MeshState> WaitForNewerThanAsync(long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_current.Version > version)
                {
                    return _current;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells everybody whom to believe from now on.</summary>
    public void Publish(PublishedTrust trust)
    {
        lock (_lock)
        {
            _trust = trust;
        }

        Refresh();
    }

    public void Dispose()
    {
        _registry.Changed -= Refresh;
        if (_keys is not null)
        {
            _keys.Changed -= Refresh;
        }
    }

    private void Refresh()
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            var basis = _registry.Basis;
            var keys = _keys?.Current ?? KeySnapshot.Empty;
            if (ReferenceEquals(_current.Config, basis.Config)
                && ReferenceEquals(_current.Registry, basis.Registry)
                && ReferenceEquals(_current.Keys, keys)
                && Equals(_current.Trust, _trust))
            {
                return;
            }

            var next = new MeshState(_current.Version + 1, basis.Config, basis.Registry) { Keys = keys, Trust = _trust };
            _current = next with { Stamps = _current.Stamps.After(_current, next) };
            signal = _next;
            _next = NewSignal();
        }

        signal.SetResult();
        Changed?.Invoke();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
