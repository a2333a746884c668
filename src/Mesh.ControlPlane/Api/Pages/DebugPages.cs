using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.Config;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>What the control plane holds, as JSON for people and tools: of the namespaces that the caller may read, and not a word of others (S44).</summary>
internal sealed class DebugPages(IMeshStateSource source, ConnectedClients clients, Func<ConfigSnapshot> config)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/debug/syncz", Permission.ReadMesh, call => call.WriteAsync(Clients(call))),
        ApiRoute.Get("/debug/registryz", Permission.ReadMesh, call => call.WriteAsync(Registry(call, source.Current.Registry))),
        ApiRoute.Get("/debug/configz", Permission.ReadMesh, call => call.WriteAsync(Config(call, config()))),
        ApiRoute.Get("/api/v1/clients", Permission.ReadMesh, call => call.WriteListAsync("ClientList", Clients(call).Select(client => client!.DeepClone()))),
    ];

    /// <summary>Every stream with what it asked for, was sent and said to that.</summary>
    private JsonArray Clients(ApiCall call) => [.. clients.Current.Where(client => call.MayIn(client.Node.View.Namespace)).Select(Client)];

    /// <summary>Every service with its endpoints.</summary>
    private static JsonObject Registry(ApiCall call, RegistrySnapshot registry) => new()
    {
        ["version"] = registry.Version,
        ["services"] = new JsonArray([.. registry.Services.Values
            .Where(service => call.MayIn(service.Namespace))
            .OrderBy(service => service.Hostname, StringComparer.Ordinal)
            .Select(service => Service(service, registry.Endpoints.GetValueOrDefault(service.Hostname, [])))]),
    };

    /// <summary>Every resource with its version and origin.</summary>
    private static JsonObject Config(ApiCall call, ConfigSnapshot config) => new()
    {
        ["version"] = config.Version,
        ["resources"] = new JsonArray([.. config.Resources.Values
            .Where(resource => call.MayIn(resource.Id.Namespace))
            .OrderBy(resource => resource.Id.ToString(), StringComparer.Ordinal)
            .Select(Resource)]),
    };

    private static JsonNode Client(ConnectedClient client)
    {
        var node = client.Node;
        return new JsonObject
        {
            ["id"] = node.Id,
            ["stream"] = client.StreamId,
            ["protocol"] = client.Protocol,
            ["kind"] = node.View.Kind.ToString(),
            ["userAgent"] = node.UserAgent,
            ["namespace"] = node.View.Namespace,
            ["serviceAccount"] = client.Caller?.ServiceAccount ?? node.ClaimedServiceAccount,
            ["identity"] = client.Caller?.Id.ToString(),
            ["identityExpiresAt"] = client.Caller?.ExpiresAt.ToString("O"),
            ["locality"] = node.View.Locality,
            ["workload"] = node.Workload?.ServiceName,
            ["state"] = node.Workload?.State.ToString(),
            ["connectedAt"] = client.Since.ToString("O"),
            ["subscriptions"] = new JsonArray([.. client.Subscriptions.Values
                .OrderBy(status => status.TypeUrl, StringComparer.Ordinal)
                .Select(Subscription)]),
        };
    }

    private static JsonNode Subscription(SubscriptionStatus status) => new JsonObject
    {
        ["type"] = ServedTypes.ShortName(status.TypeUrl),
        ["typeUrl"] = status.TypeUrl,
        ["synced"] = status.IsSynchronized,
        ["wildcard"] = status.Wildcard,
        ["names"] = Texts(status.Names),
        ["held"] = status.Held,
        ["sentVersion"] = status.SentVersion,
        ["sentAt"] = status.SentAt?.ToString("O"),
        ["acceptedVersion"] = status.AcceptedVersion,
        ["acceptedAt"] = status.AcceptedAt?.ToString("O"),
        ["rejection"] = status.Rejection is not { } rejection
            ? null
            : new JsonObject
            {
                ["version"] = rejection.Version,
                ["code"] = rejection.Code,
                ["message"] = rejection.Message,
                ["at"] = status.RejectedAt?.ToString("O"),
            },
    };

    private static JsonObject Service(Service service, ImmutableArray<ServiceEndpoint> endpoints) => new JsonObject
    {
        ["hostname"] = service.Hostname,
        ["namespace"] = service.Namespace,
        ["resolution"] = service.Resolution.ToString(),
        ["ports"] = new JsonArray([.. service.Ports.Select(port => (JsonNode)new JsonObject
        {
            ["number"] = port.Number,
            ["name"] = port.Name,
            ["protocol"] = port.Protocol.ToString(),
        })]),
        ["endpoints"] = new JsonArray([.. endpoints.Select(Endpoint)]),
    };

    private static JsonNode Endpoint(ServiceEndpoint endpoint) => new JsonObject
    {
        ["address"] = endpoint.Address,
        ["port"] = endpoint.Port,
        ["portName"] = endpoint.ServicePortName,
        ["state"] = endpoint.State.ToString(),
        ["weight"] = endpoint.Weight,
        ["workload"] = endpoint.WorkloadName,
        ["namespace"] = endpoint.Namespace,
        ["serviceAccount"] = endpoint.ServiceAccount,
        ["locality"] = endpoint.Locality,
        ["labels"] = new JsonObject(endpoint.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
    };

    private static JsonNode Resource(Resource resource) => new JsonObject
    {
        ["group"] = resource.Id.Group,
        ["kind"] = resource.Id.Kind,
        ["namespace"] = resource.Id.Namespace,
        ["name"] = resource.Id.Name,
        ["apiVersion"] = resource.ApiVersion,
        ["resourceVersion"] = resource.ResourceVersion,
        ["createdAt"] = resource.CreationTimestamp.ToString("O"),
        ["origin"] = resource.Origin?.ToString(),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
