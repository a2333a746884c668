using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>Connected clients, and the resources that each of them gets: those it asked for, or those that somebody wants to know.</summary>
internal sealed class ClientEndpoints(IMeshStateSource source, IResourceGenerator generator, ConnectedClients clients)
{
    private const int MaxNames = 200;

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/api/v1/clients", Permission.ReadMesh, ListAsync),
        ApiRoute.Get("/api/v1/clients/{stream}", Permission.ReadMesh, call => call.WriteAsync(ClientDescription.Of(Find(call)))),
        ApiRoute.Get("/api/v1/clients/{stream}/resources", Permission.ReadMesh, ResourcesAsync),
    ];

    private Task ListAsync(ApiCall call) => call.WriteListAsync(
        "ClientList",
        clients.Current.Where(client => call.MayIn(client.Node.View.Namespace)).Select(ClientDescription.Of));

    /// <summary>A stream of a namespace that the caller may not read is not there for it (S44).</summary>
    private ConnectedClient Find(ApiCall call)
    {
        var found = long.TryParse(call.Route("stream"), NumberStyles.None, CultureInfo.InvariantCulture, out var stream)
            ? clients.Current.FirstOrDefault(client => client.StreamId == stream)
            : null;
        return found is not null && call.MayIn(found.Node.View.Namespace)
            ? found
            : throw ApiException.NotFound($"No client has stream '{call.Route("stream")}'; /api/v1/clients lists those that are connected.");
    }

    private Task ResourcesAsync(ApiCall call)
    {
        var client = Find(call);
        var names = call.Http.Request.Query["name"];
        if (names.Count > MaxNames)
        {
            throw ApiException.BadRequest($"name: at most {MaxNames} at a time, got {names.Count}.");
        }

        var types = TypesOf(call);
        if (names.Count > 0 && types.Count != 1)
        {
            throw ApiException.BadRequest("name: expected type with it, one of LDS, RDS, CDS, EDS and SDS.");
        }

        var state = source.Current;
        var withBytes = call.Query("bytes") == "true";
        return call.WriteListAsync("XdsResourceList", from type in types
                                                      from name in names.Count > 0 ? names.OfType<string>() : NamesOf(state, client, type)
                                                      select Describe(state, client, type, name, withBytes));
    }

    private static IReadOnlyList<string> TypesOf(ApiCall call)
    {
        if (call.Query("type") is not { } asked)
        {
            return ServedTypes.MakeOrder;
        }

        var known = ServedTypes.MakeOrder.Where(type => ServedTypes.ShortName(type).Equals(asked, StringComparison.OrdinalIgnoreCase)).ToArray();
        return known.Length > 0 ? known : throw ApiException.BadRequest($"type: expected one of LDS, RDS, CDS, EDS and SDS, got '{asked}'.");
    }

    /// <summary>All that the client is sent now.</summary>
    private SortedSet<string> NamesOf(MeshState state, ConnectedClient client, string type)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (client.Subscriptions.GetValueOrDefault(type) is { } subscription)
        {
            names.UnionWith(subscription.Names);
            names.UnionWith(subscription.Wildcard ? generator.NamesOf(state, client.Node.View, type) : []);
        }

        return names;
    }

    private JsonObject Describe(MeshState state, ConnectedClient client, string type, string name, bool withBytes)
    {
        var made = generator.Generate(state, client.Node.View, type, name);
        var item = new JsonObject
        {
            ["type"] = ServedTypes.ShortName(type),
            ["typeUrl"] = type,
            ["name"] = name,
            ["subscribed"] = client.Subscriptions.GetValueOrDefault(type) is { } subscription && (subscription.Wildcard || subscription.Names.Contains(name)),
            ["version"] = made?.Version,
            ["resource"] = made is null ? null : ServedJson.Of(type, made.Payload),
        };
        if (withBytes && made is not null && type != XdsTypeUrl.Secret)
        {
            // The bytes themselves: whoever explains them decodes them as the client does.
            item["bytes"] = made.Payload.ToBase64();
        }

        return item;
    }
}
