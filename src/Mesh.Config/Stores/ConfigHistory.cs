using System.Collections.Immutable;

namespace Mesh.Config.Stores;

/// <summary>The newest configuration with the changes that led to it, as many as are kept; one writer at a time, readers never wait for each other.</summary>
/// <param name="capacity">Changes kept; who asks for older ones starts again from a list.</param>
internal sealed class ConfigHistory(int capacity = ConfigHistory.DefaultCapacity)
{
    public const int DefaultCapacity = 10_000;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly ChangeRing _changes = new(capacity);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _compacted;

    // Guarded by _lock: one for all who wait, made when somebody does.
    private TaskCompletionSource? _next;

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

    /// <summary>How many resources a namespace has; those that are in none are counted under the empty name.</summary>
    public int CountIn(string @namespace)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(@namespace);
        }
    }

    /// <summary>Starts from a configuration whose past is unknown.</summary>
    public void Reset(ConfigSnapshot snapshot)
    {
        lock (_lock)
        {
            _changes.Clear();
            _counts.Clear();
            foreach (var id in snapshot.Resources.Keys)
            {
                Count(id, +1);
            }

            _compacted = snapshot.Version;
            _current = snapshot;
            Announce();
        }
    }

    /// <summary>Adds changes in the order of their versions, all above the current one; the snapshot moves on to the last.</summary>
    /// <param name="changes">Each with a version of its own; what is written gets it as its resource version.</param>
    /// <param name="moved">Resources of unchanged content that stand elsewhere now, so that errors name the right line.</param>
    public void Append(IReadOnlyCollection<ResourceChange> changes, IEnumerable<Resource>? moved = null)
    {
        lock (_lock)
        {
            RequireGrowth(changes);
            var resources = _current.Resources.ToBuilder();
            foreach (var resource in moved ?? [])
            {
                resources[resource.Id] = resource;
            }

            var (version, effective) = (_current.Version, _current.EffectiveVersion);
            foreach (var change in changes)
            {
                version = change.Version;
                effective = Apply(change, resources) ? version : effective;
            }

            _current = new ConfigSnapshot(version, resources.ToImmutable()) { EffectiveVersion = effective };
            if (changes.Count > 0)
            {
                Announce();
            }
        }
    }

    /// <summary>The changes after a version in their order; false when some of them are no longer kept.</summary>
    public bool TryGetChanges(long after, out ImmutableArray<ResourceChange> changes)
    {
        lock (_lock)
        {
            var isKept = after >= _compacted;
            changes = isKept ? _changes.After(after) : [];
            return isKept;
        }
    }

    /// <summary>Completes when the configuration is newer than a version.</summary>
    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_current.Version > after)
            {
                return Task.CompletedTask;
            }

            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _next.Task.WaitAsync(cancellationToken);
        }
    }

    // Before anything is applied: all of it or nothing.
    private void RequireGrowth(IReadOnlyCollection<ResourceChange> changes)
    {
        var version = _current.Version;
        foreach (var change in changes)
        {
            version = change.Version > version
                ? change.Version
                : throw new ArgumentException($"Version {change.Version} does not follow {version}.", nameof(changes));
        }
    }

    /// <returns>Whether the mesh can act on the change.</returns>
    private bool Apply(ResourceChange change, ImmutableDictionary<ResourceId, Resource>.Builder resources)
    {
        var before = resources.GetValueOrDefault(change.Id);
        var after = change.After is { } next ? ResourceContent.ShareSpec(before, next with { ResourceVersion = change.Version }) : null;
        if (after is not null)
        {
            resources[after.Id] = after;
        }
        else
        {
            resources.Remove(change.Id);
        }

        Count(change.Id, (after is null ? 0 : 1) - (before is null ? 0 : 1));
        if (_changes.Add(new ResourceChange(change.Version, change.Before, after)) is { } dropped)
        {
            _compacted = dropped.Version;
        }

        return !ResourceContent.HaveSameEffect(before, after);
    }

    private void Count(ResourceId id, int difference)
    {
        var count = _counts.GetValueOrDefault(id.Namespace) + difference;
        if (count == 0)
        {
            _counts.Remove(id.Namespace);
        }
        else
        {
            _counts[id.Namespace] = count;
        }
    }

    private void Announce()
    {
        _next?.TrySetResult();
        _next = null;
    }
}
