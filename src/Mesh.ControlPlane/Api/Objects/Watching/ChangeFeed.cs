using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>Reads the changes of the store once, and hands each to the watchers of its kind: a thousand idle watchers cost a change nothing.</summary>
/// <param name="history">The changes.</param>
/// <param name="stopping">Ends all subscriptions.</param>
internal sealed class ChangeFeed(ConfigHistory history, CancellationToken stopping)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<(string Group, string Kind), List<ChangeSubscription>> _subscriptions = [];
    private Task? _reading;
    private long _position;
    private int _count;

    /// <summary>Everything up to this version was handed out.</summary>
    public long Position
    {
        get
        {
            lock (_lock)
            {
                return _position;
            }
        }
    }

    /// <summary>How many watch.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>The changes of a kind after a version; null when some of them are no longer known.</summary>
    public ChangeSubscription? Subscribe(ResourceKind kind, long after, TimeProvider time)
    {
        lock (_lock)
        {
            if (_reading is null)
            {
                _position = history.Current.Version;
                _reading = Task.Run(ReadAsync, CancellationToken.None);
            }

            var missed = ImmutableArray<ResourceChange>.Empty;
            if (after < _position && !history.TryGetChanges(after, out missed))
            {
                return null;
            }

            var subscription = new ChangeSubscription(this, (kind.Group, kind.Kind), after, time);
            foreach (var change in missed.Where(change => change.Version <= _position && IsOf(change, subscription.Kind)))
            {
                subscription.Offer(change);
            }

            if (!_subscriptions.TryGetValue(subscription.Kind, out var list))
            {
                _subscriptions[subscription.Kind] = list = [];
            }

            list.Add(subscription);
            _count++;
            return subscription;
        }
    }

    public void Remove(ChangeSubscription subscription)
    {
        lock (_lock)
        {
            if (_subscriptions.TryGetValue(subscription.Kind, out var list) && list.Remove(subscription))
            {
                _count--;
            }
        }
    }

    private static bool IsOf(ResourceChange change, (string Group, string Kind) kind) => change.Id.Kind == kind.Kind && change.Id.Group == kind.Group;

    private async Task ReadAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await history.WaitAsync(Position, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                if (history.TryGetChanges(_position, out var changes))
                {
                    HandOut(changes);
                }
                else
                {
                    // The store began anew: nobody knows what was missed.
                    foreach (var subscription in _subscriptions.Values.SelectMany(list => list))
                    {
                        subscription.End();
                    }

                    _position = history.Current.Version;
                }
            }
        }
    }

    private void HandOut(ImmutableArray<ResourceChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var subscription in _subscriptions.GetValueOrDefault((change.Id.Group, change.Id.Kind), []))
            {
                subscription.Offer(change);
            }

            _position = change.Version;
        }
    }
}
