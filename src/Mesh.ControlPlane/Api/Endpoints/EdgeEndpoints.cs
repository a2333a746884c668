using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Graphs;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Serving;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Spiffe;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>Which client calls which service, and whether by mutual TLS: read from the very resources that the client is served.</summary>
/// <param name="source">The newest configuration.</param>
/// <param name="generator">Makes what clients are served.</param>
/// <param name="clients">Who is connected.</param>
/// <param name="traffic">What really went over the edges, as clients reported it.</param>
/// <param name="trustDomain">Of the identities.</param>
internal sealed class EdgeEndpoints(IMeshStateSource source, IResourceGenerator generator, ConnectedClients clients, EdgeTraffics traffic, string trustDomain)
{
    private const int MaxIdentities = 20;

    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get("/api/v1/edges", Permission.ReadMesh, call => call.WriteListAsync("EdgeList", Edges(call)))];

    private IEnumerable<JsonNode> Edges(ApiCall call)
    {
        var state = source.Current;
        var only = call.Query("namespace");
        var measured = traffic.Read();
        return from client in clients.Current
               where call.MayIn(client.Node.View.Namespace) && (only is null || client.Node.View.Namespace == only)
               from name in DestinationsOf(client)
               let edge = Edge(state, client, name, measured)
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

    private JsonObject? Edge(MeshState state, ConnectedClient client, OutboundName name, MeasuredTraffic? measured)
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
                ["name"] = client.Node.Name,
                ["id"] = client.Node.Id,
                ["namespace"] = client.Node.View.Namespace,
                ["identity"] = client.Caller?.Id.ToString(),
            },
            ["destination"] = name.Host,
            ["port"] = name.Port,
            ["subset"] = name.Subset.Length > 0 ? name.Subset : null,
            ["security"] = transport.Security,
            ["reason"] = transport.Reason,
            ["destinationIdentities"] = new JsonArray([.. Identities(state, name.Host).Select(identity => (JsonNode)identity)]),
            ["traffic"] = measured?.Of(client, state.Registry.Services.GetValueOrDefault(name.Host), name.Subset),
            ["endpoints"] = new JsonObject { ["total"] = transport.Endpoints, ["mutualTls"] = transport.MutualTlsEndpoints },
        };
    }

    /// <summary>Who its workloads are, as they prove it where mutual TLS is spoken.</summary>
    private IEnumerable<string> Identities(MeshState state, string host) => state.Registry.Endpoints.GetValueOrDefault(host, [])
        .Where(endpoint => endpoint is { ServiceAccount.Length: > 0, Namespace.Length: > 0 })
        .Select(endpoint => SpiffeId.Of(trustDomain, endpoint.Namespace, endpoint.ServiceAccount).ToString())
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)
        .Take(MaxIdentities);
}
