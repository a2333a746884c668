using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Registries;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Api.Xds;
using Mesh.Config;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Serving;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>What the control plane holds, as JSON for people and tools: of the namespaces that the caller may read, and not a word of others (S44).</summary>
internal sealed class DebugPages(IMeshStateSource source, ConnectedClients clients, RegistryFeeds feeds, Func<ConfigSnapshot> config)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/debug/syncz", Permission.ReadMesh, call => call.WriteAsync(Clients(call))),
        ApiRoute.Get("/debug/registryz", Permission.ReadMesh, call => call.WriteAsync(Registry(call, source.Current.Registry))),
        ApiRoute.Get("/debug/configz", Permission.ReadMesh, call => call.WriteAsync(Config(call, config()))),
    ];

    /// <summary>Every stream with what it asked for, was sent and said to that.</summary>
    private JsonArray Clients(ApiCall call) => [.. clients.Current.Where(client => call.MayIn(client.Node.View.Namespace)).Select(ClientDescription.Of)];

    /// <summary>Every service with its endpoints.</summary>
    private JsonObject Registry(ApiCall call, RegistrySnapshot registry) => new()
    {
        ["version"] = registry.Version,
        ["registries"] = RegistryDescription.Of(feeds, call),
        ["services"] = new JsonArray([.. registry.Services.Values
            .Where(service => call.MayIn(service.Namespace))
            .OrderBy(service => service.Hostname, StringComparer.Ordinal)
            .Select(service => Service(service, registry.Endpoints.GetValueOrDefault(service.Hostname, [])))]),
        ["gateways"] = new JsonArray([.. registry.Gateways.Select(Gateway)]),
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
        ["additionalAddresses"] = new JsonArray([.. endpoint.AdditionalAddresses.Select(address => (JsonNode)address)]),
        ["port"] = endpoint.Port,
        ["portName"] = endpoint.ServicePortName,
        ["state"] = endpoint.State.ToString(),
        ["weight"] = endpoint.Weight,
        ["workload"] = endpoint.WorkloadName,
        ["namespace"] = endpoint.Namespace,
        ["serviceAccount"] = endpoint.ServiceAccount,
        ["locality"] = endpoint.Locality,
        ["cluster"] = endpoint.Cluster,
        ["network"] = endpoint.Network,
        ["labels"] = new JsonObject(endpoint.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
    };

    private static JsonNode Gateway(NetworkGateway gateway) => new JsonObject
    {
        ["network"] = gateway.Network,
        ["cluster"] = gateway.Cluster,
        ["address"] = gateway.Address,
        ["port"] = gateway.Port,
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
}
