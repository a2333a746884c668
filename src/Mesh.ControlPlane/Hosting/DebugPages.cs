using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Config;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Hosting;

/// <summary>What the control plane holds, as JSON for people and tools.</summary>
internal static class DebugPages
{
    /// <summary>Every stream with what it asked for, was sent and said to that.</summary>
    public static JsonArray Clients(ConnectedClients clients) => [.. clients.Current.Select(Client)];

    /// <summary>Every service with its endpoints.</summary>
    public static JsonObject Registry(RegistrySnapshot registry) => new()
    {
        ["version"] = registry.Version,
        ["services"] = new JsonArray([.. registry.Services.Values
            .OrderBy(service => service.Hostname, StringComparer.Ordinal)
            .Select(service => Service(service, registry.Endpoints.GetValueOrDefault(service.Hostname, [])))]),
    };

    /// <summary>Every resource with its version and origin.</summary>
    public static JsonObject Config(ConfigSnapshot config) => new()
    {
        ["version"] = config.Version,
        ["resources"] = new JsonArray([.. config.Resources.Values
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
