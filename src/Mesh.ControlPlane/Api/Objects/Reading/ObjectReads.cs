using System.Globalization;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Selection;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>Answers get and list.</summary>
internal sealed class ObjectReads(ObjectSource source, ObjectRenderer renderer, TimeProvider time)
{
    /// <summary>As long as Kubernetes' cache waits for a version that it has not seen yet.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    public async Task GetAsync(ApiCall call, ObjectPath path)
    {
        var query = VersionQuery.Of(call);
        await ReachAsync(query.Version ?? 0, call.Cancellation);
        var found = source.Find(path.Kind, path.Id) ?? throw ObjectErrors.NotFound(path.Kind, path.Name!);
        await renderer.WriteAsync(call, path, found);
    }

    public async Task ListAsync(ApiCall call, ObjectPath path)
    {
        var filter = ObjectFilter.Of(call, path);
        var limit = LimitOf(call);
        var (snapshot, after) = await SnapshotAsync(call);
        var fitting = source.List(snapshot, path.Kind).Where(filter.Matches);
        if (after is not null)
        {
            fitting = fitting.Where(after.IsBefore);
        }

        var items = fitting.ToList();
        var meta = new ListMeta(snapshot.Version);
        if (limit > 0 && items.Count > limit)
        {
            var last = items[limit - 1].Id;

            // With selectors Kubernetes does not count what is left, for it would have to look.
            meta = new ListMeta(snapshot.Version, new ContinueToken(snapshot.Version, last.Namespace, last.Name).ToString(), filter.IsSelective ? null : items.Count - limit);
            items.RemoveRange(limit, items.Count - limit);
        }

        await renderer.WriteListAsync(call, path, meta, items);
    }

    /// <summary>Waits until the configuration is not older than a version.</summary>
    /// <exception cref="ApiException">504 when it does not come.</exception>
    public async Task ReachAsync(long version, CancellationToken cancellation)
    {
        var deadline = time.GetTimestamp();
        while (source.Current.Version is var current && current < version)
        {
            var left = LongestWait - time.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero)
            {
                throw ObjectErrors.TooNew(version, current);
            }

            try
            {
                await source.Store.History.WaitAsync(current, cancellation).WaitAsync(left, time, cancellation);
            }
            catch (TimeoutException)
            {
                throw ObjectErrors.TooNew(version, current);
            }
        }
    }

    private async Task<(ConfigSnapshot Snapshot, ContinueToken? After)> SnapshotAsync(ApiCall call)
    {
        if (call.Query("continue") is { } text)
        {
            if (call.Query("resourceVersion") is not (null or "0"))
            {
                throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
            }

            var token = ContinueToken.Parse(text);
            return (source.At(token.Version) ?? throw ObjectErrors.Expired(
                "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter."), token);
        }

        var query = VersionQuery.Of(call);
        await ReachAsync(query.Version ?? 0, call.Cancellation);
        return query is { IsExact: true, Version: { } exact }
            ? (source.At(exact) ?? throw ObjectErrors.TooOld(exact, source.Store.History.Compacted), null)
            : (source.Current, null);
    }

    private static int LimitOf(ApiCall call) => call.Query("limit") switch
    {
        null => 0,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) => limit,
        var text => throw ApiException.BadRequest($"limit: expected a whole number of at least 0, got '{text}'."),
    };
}
