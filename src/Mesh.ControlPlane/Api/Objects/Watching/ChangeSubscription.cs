using System.Threading.Channels;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>The changes of one kind on their way to one watcher; who does not take them loses the subscription, not the server's memory.</summary>
internal sealed class ChangeSubscription : IDisposable
{
    /// <summary>Changes that wait for a slow watcher.</summary>
    public const int Capacity = 4_096;

    // Long enough to tell a watcher that it was too slow, if it reads at all.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly ChangeFeed _feed;
    private readonly long _after;
    private readonly Channel<ResourceChange> _changes =
        Channel.CreateBounded<ResourceChange>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly CancellationTokenSource _cut;

    public ChangeSubscription(ChangeFeed feed, (string Group, string Kind) kind, long after, TimeProvider time)
    {
        _feed = feed;
        _after = after;
        _cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Kind = kind;
    }

    public (string Group, string Kind) Kind { get; }

    public ChannelReader<ResourceChange> Changes => _changes.Reader;

    /// <summary>Fires when the watcher must go, though it may not have read everything.</summary>
    public CancellationToken Cut => _cut.Token;

    public void Offer(ResourceChange change)
    {
        if (change.Version > _after && !_changes.Writer.TryWrite(change))
        {
            End();
        }
    }

    /// <summary>No more changes will come: the watcher has to start again from a list.</summary>
    public void End()
    {
        if (_changes.Writer.TryComplete())
        {
            _cut.CancelAfter(LastWords);
        }
    }

    public void Dispose()
    {
        _feed.Remove(this);
        _changes.Writer.TryComplete();
        _cut.Dispose();
    }
}
