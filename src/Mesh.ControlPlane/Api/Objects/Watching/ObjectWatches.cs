using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>Answers watch: what is there, and then every change, until the watcher, the server or the time ends it.</summary>
internal sealed class ObjectWatches(ObjectSource source, ObjectRenderer renderer, TimeProvider time, CancellationToken stopping)
{
    /// <summary>More would be a mistake of somebody.</summary>
    private const int MaxWatchers = 20_000;

    /// <summary>What a stream may hold back before it waits for its reader.</summary>
    private const int FlushEvery = 64;

    /// <summary>As Kubernetes does it about.</summary>
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    private readonly ChangeFeed _feed = new(source.Store.History, stopping);

    public async Task WatchAsync(ApiCall call, ObjectPath path)
    {
        var request = WatchRequest.Of(call, path);
        if (_feed.Count >= MaxWatchers)
        {
            throw ObjectErrors.TooManyRequests($"{MaxWatchers} watches are open, which is as many as there may be");
        }

        using var limit = new CancellationTokenSource(request.Limit, time);
        var snapshot = source.Current;
        using var subscription = _feed.Subscribe(path.Kind, request.From ?? snapshot.Version, time);
        var response = call.Http.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-cache, private";
        var stream = new WatchStream(response.BodyWriter, request, renderer);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping, call.Cancellation, subscription?.Cut ?? CancellationToken.None);
        try
        {
            if (subscription is null)
            {
                stream.WriteError(ObjectErrors.TooOld(request.From!.Value, source.Store.History.Compacted));
                await stream.FlushAsync(ending.Token);
                return;
            }

            await response.StartAsync(ending.Token);
            await WriteInitialAsync(request, stream, snapshot, ending.Token);
            await FollowAsync(request, stream, subscription, ending.Token);
        }
        catch (OperationCanceledException) when (!call.Cancellation.IsCancellationRequested)
        {
            // A reader that does not read cannot be told anything; the others see an orderly end.
            if (subscription?.Cut.IsCancellationRequested == true)
            {
                call.Http.Abort();
            }
        }
    }

    private async Task WriteInitialAsync(WatchRequest request, WatchStream stream, Config.Stores.ConfigSnapshot snapshot, CancellationToken cancellation)
    {
        if (request.Initial)
        {
            var written = 0;
            foreach (var resource in source.List(snapshot, request.Path.Kind).Where(request.Filter.Matches))
            {
                stream.Write(WatchEvents.Added, resource);
                if (++written % FlushEvery == 0)
                {
                    await stream.FlushAsync(cancellation);
                }
            }

            if (request is { MarksInitialEnd: true, Bookmarks: true })
            {
                stream.WriteBookmark(snapshot.Version, endsInitial: true);
            }
        }

        // The headers go out even when there is nothing to tell yet.
        await stream.FlushAsync(cancellation);
    }

    private async Task FollowAsync(WatchRequest request, WatchStream stream, ChangeSubscription subscription, CancellationToken cancellation)
    {
        var changes = subscription.Changes;
        var from = request.From ?? 0;
        while (true)
        {
            // Read before the changes are: all up to here are among them.
            var position = _feed.Position;
            var written = 0;
            while (changes.TryRead(out var change))
            {
                if (WatchEvents.Of(change, request.Filter, source) is { } happened)
                {
                    stream.Write(happened.Type, happened.Resource);
                    if (++written % FlushEvery == 0)
                    {
                        await stream.FlushAsync(cancellation);
                    }
                }
            }

            await (written > 0 ? stream.FlushAsync(cancellation) : ValueTask.CompletedTask);
            using var pause = new CancellationTokenSource(BookmarkInterval, time);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellation);
            try
            {
                if (!await changes.WaitToReadAsync(waiting.Token))
                {
                    stream.WriteError(ObjectErrors.Expired("the watch fell too far behind; list again"));
                    await stream.FlushAsync(cancellation);
                    return;
                }
            }
            catch (OperationCanceledException) when (pause.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                if (request.Bookmarks)
                {
                    stream.WriteBookmark(Math.Max(position, from));
                    await stream.FlushAsync(cancellation);
                }
            }
        }
    }
}
