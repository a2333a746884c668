using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Serving;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>Which client calls which service, and whether by mutual TLS: read from the very resources that the client is served.</summary>
internal sealed class EdgeEndpoints(IMeshStateSource source, IResourceGenerator generator, ConnectedClients clients)
{
    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/edges", Permission.ReadMesh, call => call.WriteListAsync("EdgeList", Edges(call)))];

    private IEnumerable<JsonNode> Edges(ApiCall call)
    {
        var state = source.Current;
        var only = call.Query("namespace");
        return from client in clients.Current
               where call.MayIn(client.Node.View.Namespace) && (only is null || client.Node.View.Namespace == only)
               from name in DestinationsOf(client)
               let edge = Edge(state, client, name)
               where edge is not null
               select edge;
    }

    /// <summary>The clusters that it asked for, or asked endpoints of.</summary>
    private static IEnumerable<OutboundName> DestinationsOf(ConnectedClient client) =>
        new[] { XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment }
            .SelectMany(type => client.Subscriptions.GetValueOrDefault(type)?.Names ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(OutboundName.Parse)
            .OfType<OutboundName>();

    private JsonObject? Edge(MeshState state, ConnectedClient client, OutboundName name)
    {
        if (generator.Generate(state, client.Node.View, XdsTypeUrl.Cluster, name.ToString()) is not { } cluster)
        {
            return null;
        }

        var assignment = generator.Generate(state, client.Node.View, XdsTypeUrl.ClusterLoadAssignment, name.ToString());
        var transport = EdgeTransport.Of(
            Cluster.Parser.ParseFrom(cluster.Payload), assignment is null ? null : ClusterLoadAssignment.Parser.ParseFrom(assignment.Payload), client.Caller is not null);
        return new JsonObject
        {
            ["client"] = new JsonObject
            {
                ["name"] = client.Node.Workload?.WorkloadName ?? client.Node.Id,
                ["id"] = client.Node.Id,
                ["namespace"] = client.Node.View.Namespace,
                ["identity"] = client.Caller?.Id.ToString(),
            },
            ["destination"] = name.Host,
            ["port"] = name.Port,
            ["subset"] = name.Subset.Length > 0 ? name.Subset : null,
            ["security"] = transport.Security,
            ["reason"] = transport.Reason,
            ["endpoints"] = new JsonObject { ["total"] = transport.Endpoints, ["mutualTls"] = transport.MutualTlsEndpoints },
        };
    }
}
