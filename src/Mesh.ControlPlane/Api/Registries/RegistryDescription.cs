using System.Text.Json.Nodes;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Api.Registries;

/// <summary>Tells how the registries stand, and since when.</summary>
internal static class RegistryDescription
{
    public static JsonArray Of(RegistryFeeds feeds, ApiCall call) => [.. feeds.All.Select(feed => Of(feed, call))];

    /// <summary>The registries that cannot be asked now, for one line.</summary>
    public static string Troubles(RegistryFeeds feeds) =>
        string.Concat(feeds.All.Where(feed => feed.State.Freshness != Freshness.Fresh).Select(feed => $"{Word(feed.State)}: {feed.Label.Name}\n"));

    private static JsonObject Of(RegistryFeed feed, ApiCall call)
    {
        var (state, services) = (feed.State, feed.Current.Services.Where(draft => call.MayIn(draft.Service.Namespace)).ToArray());
        return new JsonObject
        {
            ["name"] = feed.Label.Name,
            ["cluster"] = feed.Label.Cluster,
            ["network"] = feed.Label.Network,
            ["state"] = Word(state),
            ["since"] = state.Since.ToString("O"),
            ["lastError"] = state.Error,
            ["services"] = services.Length,
            ["endpoints"] = services.Sum(draft => draft.Endpoints.Length),
        };
    }

    private static string Word(RegistryState state) => state.Freshness switch
    {
        Freshness.Fresh => "fresh",
        Freshness.Stale => "stale",
        _ => "loading",
    };
}
