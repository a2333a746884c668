using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>Gathers the state of the mesh; what the caller may not see is left out and named.</summary>
internal static class MeshOverview
{
    public static async Task<JsonObject> ReadAsync(Call call, CancellationToken cancellationToken)
    {
        var controlPlane = await call.Api.GetAsync("/api/v1/status", cancellationToken);
        controlPlane["server"] = call.Context.Server.GetLeftPart(UriPartial.Authority);
        var clients = (await call.Api.GetAsync("/api/v1/clients", cancellationToken))["items"]!.AsArray().OfType<JsonObject>().ToArray();
        var overview = new JsonObject
        {
            ["apiVersion"] = "mesh.dev/v1",
            ["kind"] = "MeshStatus",
            ["controlPlane"] = controlPlane,
            ["clients"] = Clients(clients),
            ["rejections"] = new JsonArray([.. clients.SelectMany(Rejections)]),
            ["certificates"] = Certificates(clients),
        };
        await AddAsync(overview, "modes", () => call.Api.GetAsync("/api/v1/modes", cancellationToken));
        await AddAsync(overview, "findings", () => call.Api.GetAsync("/api/v1/findings", cancellationToken));
        await AddAsync(overview, "authority", () => call.Api.GetAsync("/api/v1/ca", cancellationToken));
        return overview;
    }

    private static JsonObject Clients(JsonObject[] clients) => new()
    {
        ["connected"] = clients.Length,
        ["byConfig"] = Counts(clients.Select(SyncState.Worst)),
        ["byState"] = Counts(clients.Select(client => JsonText.Of(client, "state")).Where(state => state.Length > 0)),
        ["proved"] = clients.Count(client => client["identity"] is not null),
    };

    private static JsonObject Counts(IEnumerable<string> words) =>
        new(words.GroupBy(word => word, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)group.Count())));

    private static IEnumerable<JsonNode> Rejections(JsonObject client) =>
        from type in SyncState.Types
        let subscription = SyncState.Subscription(client, type)
        where SyncState.Of(subscription) == SyncState.Refused
        select new JsonObject
        {
            ["client"] = ClientFinder.NameOf(client),
            ["id"] = JsonText.Of(client, "id"),
            ["type"] = type,
            ["at"] = JsonText.Of(subscription, "rejection.at"),
            ["message"] = JsonText.Of(subscription, "rejection.message"),
        };

    /// <summary>The next to expire: a workload renews long before, so that a near one is in trouble.</summary>
    private static JsonObject? Certificates(JsonObject[] clients)
    {
        var next = clients.Where(client => client["identityExpiresAt"] is not null).MinBy(client => JsonText.Of(client, "identityExpiresAt"), StringComparer.Ordinal);
        return next is null ? null : new JsonObject { ["nextExpiry"] = JsonText.Of(next, "identityExpiresAt"), ["identity"] = JsonText.Of(next, "identity") };
    }

    private static async Task AddAsync(JsonObject overview, string field, Func<Task<JsonObject>> ask)
    {
        try
        {
            overview[field] = await ask();
        }
        catch (CommandException exception)
        {
            overview[field] = new JsonObject { ["error"] = exception.Message };
        }
    }
}
