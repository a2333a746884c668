using System.Text.Json;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Exchange;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Api.Registries;

/// <summary>How the registries stand; and this control plane as a registry of another one, which waits for news with <c>If-None-Match</c> and <c>Prefer: wait=SECONDS</c> (RFC 7240).</summary>
internal sealed class RegistryEndpoints(MeshStateSource source, RegistryFeeds feeds, ServerPlace place, TimeProvider time, CancellationToken stopping)
{
    private const int LongestWait = 60;

    // Versions begin anew with each process.
    private readonly string _epoch = Guid.NewGuid().ToString("N")[..12];

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api/v1/registries", Permission.ReadMesh, call => call.WriteListAsync("RegistryList", RegistryDescription.Of(feeds, call).Select(item => item!.DeepClone()))),
        ApiRoute.Get($"/{SharedRegistry.Path}", Permission.ReadMesh, SharedAsync),
    ];

    private async Task SharedAsync(ApiCall call)
    {
        // Another cluster asks for all, be it that it shows its users less of it.
        call.RequireEverywhere();
        var (http, known) = (call.Http, call.Http.Request.Headers.IfNoneMatch.ToString());
        var snapshot = source.Current.Registry;
        if (known == TagOf(snapshot) && WaitOf(http.Request) is { } wait)
        {
            snapshot = await NextAsync(snapshot, wait, call.Cancellation);
        }

        http.Response.Headers.ETag = TagOf(snapshot);
        http.Response.Headers.CacheControl = "no-store";
        if (known == TagOf(snapshot))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body, SharedRegistry.Of(snapshot, place.Cluster, place.Network), SharedRegistry.Format, call.Cancellation);
    }

    /// <summary>The first state with other services of our own than the one that is known; the same when none comes in time.</summary>
    private async Task<RegistrySnapshot> NextAsync(RegistrySnapshot known, TimeSpan wait, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(wait, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation, stopping);
        try
        {
            var state = source.Current;
            while (TagOf(state.Registry) == TagOf(known))
            {
                state = await source.WaitForNewerThanAsync(state.Version, ending.Token);
            }

            return state.Registry;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return known;
        }
    }

    // What came of another control plane is none of the news.
    private string TagOf(RegistrySnapshot snapshot) => $"\"{_epoch}-{(snapshot.Exported ?? snapshot).Version}\"";

    private static TimeSpan? WaitOf(HttpRequest request) =>
        request.Headers["Prefer"].ToString().Split(',').Select(text => text.Trim()).FirstOrDefault(text => text.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)) is { } prefer
        && int.TryParse(prefer.AsSpan("wait=".Length), out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestWait))
            : null;
}
