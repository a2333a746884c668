using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Serving;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>The live graph of dependencies: which client asked for which service by name, whether it calls it at this moment or not.</summary>
internal sealed class DependencyEndpoints(IMeshStateSource source, ConnectedClients clients)
{
    private const string Everything = "*";

    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/dependencies", Permission.ReadMesh, call => call.WriteListAsync("DependencyList", Dependencies(call)))];

    private IEnumerable<JsonNode> Dependencies(ApiCall call)
    {
        var state = source.Current;
        var (ns, service) = (call.Query("namespace"), call.Query("service"));
        return from client in clients.Current
               where call.MayIn(client.Node.View.Namespace) && (ns is null || client.Node.View.Namespace == ns)
               from asked in AskedBy(state, client).GroupBy(name => name.Host, StringComparer.Ordinal).OrderBy(names => names.Key, StringComparer.Ordinal)
               where service is null || asked.Key == service || asked.Key.StartsWith(service + ".", StringComparison.Ordinal)
               select Dependency(state, client, asked);
    }

    private static JsonObject Dependency(MeshState state, ConnectedClient client, IGrouping<string, OutboundName> asked) => new()
    {
        ["client"] = new JsonObject
        {
            ["name"] = client.Node.Name,
            ["id"] = client.Node.Id,
            ["namespace"] = client.Node.View.Namespace,
            ["service"] = client.Node.Workload?.ServiceName,
            ["identity"] = client.Caller?.Id.ToString(),
        },
        ["destination"] = asked.Key,
        ["known"] = asked.Key == Everything || state.Registry.Services.ContainsKey(asked.Key),
        ["ports"] = new JsonArray([.. asked.Select(name => name.Port).Where(port => port > 0).Distinct().Order().Select(port => (JsonNode)port)]),
        ["subsets"] = new JsonArray([.. asked.Select(name => name.Subset).Where(subset => subset.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(subset => (JsonNode)subset)]),
    };

    private static IEnumerable<OutboundName> AskedBy(MeshState state, ConnectedClient client)
    {
        foreach (var (type, subscription) in client.Subscriptions)
        {
            if (subscription.Wildcard && type is XdsTypeUrl.Listener or XdsTypeUrl.Cluster)
            {
                yield return new OutboundName(0, "", Everything);
            }

            foreach (var name in subscription.Names)
            {
                var found = type switch
                {
                    XdsTypeUrl.Listener => ListenerName.Parse(name) is { } listener ? new OutboundName(listener.Port ?? 0, "", FullName(state, client, listener.Host)) : (OutboundName?)null,
                    XdsTypeUrl.Cluster or XdsTypeUrl.ClusterLoadAssignment or XdsTypeUrl.RouteConfiguration => OutboundName.Parse(name),
                    _ => null,
                };
                if (found is { } asked && !asked.Host.Contains('/', StringComparison.Ordinal))
                {
                    yield return asked;
                }
            }
        }
    }

    // A client asks for its listeners by the name that its caller wrote.
    private static string FullName(MeshState state, ConnectedClient client, string host) =>
        ShortNames.OfClient(host, client.Node.View.DnsDomain).FirstOrDefault(state.Registry.Services.ContainsKey) ?? host.ToLowerInvariant();
}
