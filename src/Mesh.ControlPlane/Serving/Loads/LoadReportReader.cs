using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Endpoint;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Reads from a report what went over which edge; clusters that the mesh does not know are left out, so that names cannot fill the memory.</summary>
internal sealed class LoadReportReader(Func<RegistrySnapshot> registry, LoadLimits limits, LoadMetrics metrics)
{
    /// <summary>Envoy's and istiod's names for what leaves the mesh, or goes nowhere.</summary>
    private static readonly string[] Outside = ["PassthroughCluster", OutboundName.BlackHole];

    private readonly EndpointLookup _endpoints = new();

    public IReadOnlyList<KeyValuePair<GraphEdge, EdgeTraffic>> Read(GraphNode source, IReadOnlyList<ClusterStats> clusters)
    {
        var edges = new List<KeyValuePair<GraphEdge, EdgeTraffic>>();
        var known = registry();
        var room = limits.Endpoints;
        if (clusters.Count > limits.Clusters)
        {
            metrics.Refused("clusters", clusters.Count - limits.Clusters);
        }

        foreach (var cluster in clusters.Take(limits.Clusters))
        {
            if (Destination(known, cluster.ClusterName) is not { } destination)
            {
                metrics.Refused("unknown_cluster");
                continue;
            }

            Dropped(source, destination.Node, cluster, edges);
            foreach (var locality in cluster.UpstreamLocalityStats)
            {
                if ((room -= Math.Max(1, locality.UpstreamEndpointStats.Count)) < 0)
                {
                    metrics.Refused("endpoints");
                    break;
                }

                Read(known, source, destination, locality, edges);
            }
        }

        return edges;
    }

    private static KnownDestination? Destination(RegistrySnapshot registry, string cluster)
    {
        if (OutboundName.Parse(cluster) is { } name)
        {
            return registry.Services.GetValueOrDefault(name.Host) is { } service
                ? new KnownDestination(new GraphNode(service.Namespace, service.Name, "", ""), name.Host, name.Subset)
                : null;
        }

        return Outside.Contains(cluster, StringComparer.Ordinal) ? new KnownDestination(new GraphNode("", cluster, "", ""), "", "") : null;
    }

    /// <summary>What the client refused by itself: calls that failed without having been sent.</summary>
    private void Dropped(GraphNode source, GraphNode destination, ClusterStats cluster, List<KeyValuePair<GraphEdge, EdgeTraffic>> edges)
    {
        var dropped = Math.Max(Count(cluster.TotalDroppedRequests), cluster.DroppedRequests.Sum(part => Count(part.DroppedCount)));
        if (dropped > 0)
        {
            edges.Add(new(new GraphEdge(source, destination), new EdgeTraffic { Requests = dropped, Errors = dropped }));
        }
    }

    private void Read(RegistrySnapshot registry, GraphNode source, KnownDestination destination, UpstreamLocalityStats locality, List<KeyValuePair<GraphEdge, EdgeTraffic>> edges)
    {
        if (locality.UpstreamEndpointStats.Count == 0)
        {
            var version = destination.Subset.Length > 0
                ? destination.Subset
                : EndpointLookup.CommonVersion(registry, destination.Host, Name(locality.Locality));
            Add(
                edges,
                new GraphEdge(source, destination.Node with { Version = version }),
                TrafficReader.Of(Count(locality.TotalSuccessfulRequests), Count(locality.TotalErrorRequests), locality.LoadMetricStats, limits.Requests));
            return;
        }

        foreach (var endpoint in locality.UpstreamEndpointStats)
        {
            var address = endpoint.Address?.SocketAddress;
            var found = address is null ? null : _endpoints.Find(registry, destination.Host, address.Address, (int)address.PortValue);
            var node = found is null
                ? destination.Node with { Version = destination.Subset }
                : destination.Node with { Version = EndpointLookup.VersionOf(found), Workload = found.WorkloadName, Namespace = found.Namespace.Length > 0 ? found.Namespace : destination.Node.Namespace };
            Add(edges, new GraphEdge(source, node), TrafficReader.Of(Count(endpoint.TotalSuccessfulRequests), Count(endpoint.TotalErrorRequests), endpoint.LoadMetricStats, limits.Requests));
        }
    }

    private static void Add(List<KeyValuePair<GraphEdge, EdgeTraffic>> edges, GraphEdge edge, EdgeTraffic traffic)
    {
        if (traffic.Requests > 0 || traffic.Retries > 0)
        {
            edges.Add(new(edge, traffic));
        }
    }

    private long Count(ulong reported) => TrafficReader.Count(reported, limits.Requests);

    private static string Name(Mesh.Protocol.Envoy.Core.Locality? locality) =>
        locality is null ? "" : string.Join('/', locality.Region, locality.Zone, locality.SubZone).TrimEnd('/');

    private sealed record KnownDestination(GraphNode Node, string Host, string Subset);
}
