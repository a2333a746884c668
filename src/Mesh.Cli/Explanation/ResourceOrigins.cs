using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using WireRoutes = Mesh.Protocol.Envoy.Route.RouteConfiguration;

namespace Mesh.Cli.Explanation;

/// <summary>Reads from the resources of a client what the data plane does not need: which configuration made each, and whose an endpoint is.</summary>
internal sealed class ResourceOrigins(ClientConfiguration configuration, string? routes)
{
    /// <summary>The route configuration, parsed; null when routes stand in the listener.</summary>
    private readonly WireRoutes? _routes = routes is null ? null
        : configuration.Find(XdsTypeUrl.RouteConfiguration, routes) is { } bytes ? WireRoutes.Parser.ParseFrom(bytes) : null;

    /// <param name="host">As the client decoded it.</param>
    /// <param name="index">The place of the route.</param>
    public OriginReference? OfRoute(VirtualHost host, int index)
    {
        var wire = _routes?.VirtualHosts.FirstOrDefault(candidate => candidate.Name == host.Name);

        // The client keeps their order, and refuses the whole resource when it cannot take one of them.
        return wire?.Routes.Count == host.Routes.Length ? OriginReference.Of(wire.Routes[index].Metadata) : null;
    }

    public OriginReference? OfCluster(string name) =>
        configuration.Find(XdsTypeUrl.Cluster, name) is { } bytes ? OriginReference.Of(WireCluster.Parser.ParseFrom(bytes).Metadata) : null;

    /// <summary>Namespace and workload of each address of a cluster that the control plane knows the workload of.</summary>
    public IReadOnlyDictionary<string, (string Namespace, string Workload)> WorkloadsOf(string cluster)
    {
        var workloads = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var assignment = configuration.Find(XdsTypeUrl.ClusterLoadAssignment, cluster) is { } bytes ? ClusterLoadAssignment.Parser.ParseFrom(bytes)
            : configuration.Find(XdsTypeUrl.Cluster, cluster) is { } inline ? WireCluster.Parser.ParseFrom(inline).LoadAssignment
            : null;
        foreach (var endpoint in assignment?.Endpoints.SelectMany(locality => locality.LbEndpoints) ?? [])
        {
            if (endpoint.Metadata?.FilterMetadata.TryGetValue("istio", out var fields) == true
                && fields.Fields.TryGetValue("workload", out var workload)
                && workload.StringValue.Split(';') is [var name, var ns, ..]
                && endpoint.Endpoint?.Address?.SocketAddress is { } address)
            {
                workloads[new EndpointAddress(address.Address, (int)address.PortValue).ToString()] = (ns, name);
            }
        }

        return workloads;
    }
}
