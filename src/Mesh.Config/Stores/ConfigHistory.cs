using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>The newest configuration with the changes that led to it, as many as are kept; one writer at a time, readers never wait for each other.</summary>
/// <param name="capacity">Changes kept; who asks for older ones starts again from a list.</param>
internal sealed class ConfigHistory(int capacity = ConfigHistory.DefaultCapacity)
{
    public const int DefaultCapacity = 10_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Queue<ResourceChange> _changes = new();
    private long _compacted;
    private TaskCompletionSource _next = NewSignal();

    private volatile ConfigSnapshot _current = ConfigSnapshot.Empty;

    /// <summary>The newest configuration.</summary>
    public ConfigSnapshot Current => _current;

    /// <summary>The newest version whose changes are no longer kept: a watch can start at it, not before.</summary>
    public long Compacted
    {
        get
        {
            lock (_lock)
            {
                return _compacted;
            }
        }
    }

    /// <summary>Starts from a configuration whose past is unknown.</summary>
    public void Reset(ConfigSnapshot snapshot)
    {
        lock (_lock)
        {
            _changes.Clear();
            _compacted = snapshot.Version;
            _current = snapshot;
            Announce();
        }
    }

    /// <summary>Adds changes in the order of their versions, all above the current one; the snapshot moves on to the last.</summary>
    public void Append(IReadOnlyCollection<ResourceChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            var resources = _current.Resources.ToBuilder();
            var version = _current.Version;
            foreach (var change in changes)
            {
                if (change.Version <= version)
                {
                    throw new ArgumentException($"Version {change.Version} does not follow {version}.", nameof(changes));
                }

                version = change.Version;
                if (change.After is { } resource)
                {
                    resources[resource.Id] = resource;
                }
                else
                {
                    resources.Remove(change.Id);
                }

                _changes.Enqueue(change);
            }

            while (_changes.Count > capacity)
            {
                _compacted = _changes.Dequeue().Version;
            }

            _current = new ConfigSnapshot(version, resources.ToImmutable());
            Announce();
        }
    }

    /// <summary>The changes after a version in their order; false when some of them are no longer kept.</summary>
    public bool TryGetChanges(long after, out ImmutableArray<ResourceChange> changes)
    {
        lock (_lock)
        {
            if (after < _compacted)
            {
                changes = [];
                return false;
            }

            changes = after >= _current.Version ? [] : [.. _changes.Where(change => change.Version > after)];
            return true;
        }
    }

    /// <summary>Completes when the configuration is newer than a version.</summary>
    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _current.Version > after ? Task.CompletedTask : _next.Task.WaitAsync(cancellationToken);
        }
    }

    private void Announce()
    {
        var reached = _next;
        _next = NewSignal();
        reached.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
