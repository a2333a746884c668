using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>The registries beside the store, the preferred first.</summary>
/// <param name="feeds">In the order in which they describe a host that several list.</param>
internal sealed class RegistryFeeds(ImmutableArray<RegistryFeed> feeds) : IAsyncDisposable
{
    public static RegistryFeeds None { get; } = new([]);

    /// <summary>Raised after an answer was replaced; handlers must return at once.</summary>
    public event Action? Changed
    {
        add
        {
            foreach (var feed in feeds)
            {
                feed.Changed += value;
            }
        }

        remove
        {
            foreach (var feed in feeds)
            {
                feed.Changed -= value;
            }
        }
    }

    public ImmutableArray<RegistryFeed> All => feeds;

    public void Start()
    {
        foreach (var feed in feeds)
        {
            feed.Start();
        }
    }

    /// <summary>
    /// Waits until every registry answered, or the limit is over: then the mesh is served without the ones that are missing. Another control plane is not waited for
    /// beyond the first try, as it may be waiting for this one.
    /// </summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(feeds.Select(feed => feed.Label.IsPeer ? feed.Tried : feed.Loaded)).WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            foreach (var feed in feeds.Where(feed => feed.State.Freshness == Freshness.Loading))
            {
                RegistryLog.NotLoaded(feed.Logger, feed.Label.Name, limit, feed.State.Error ?? "");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in feeds)
        {
            await feed.DisposeAsync();
        }
    }
}
