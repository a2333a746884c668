using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Filters.Http.Router;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using RouteConfiguration = Mesh.Protocol.Envoy.Route.RouteConfiguration;

namespace Mesh.Client.Tests.Xds;

/// <summary>The smallest valid resources, as gRPC's clients would take them.</summary>
internal static class Resources
{
    public static Listener Listener(string name, string routes) => new()
    {
        Name = name,
        ApiListener = new ApiListener
        {
            ApiListener_ = AdsResponse.Pack(new HttpConnectionManager
            {
                Rds = new Rds { ConfigSource = Ads, RouteConfigName = routes },
                HttpFilters = { new HttpFilter { Name = "router", TypedConfig = AdsResponse.Pack(new Router()) } },
            }),
        },
    };

    public static RouteConfiguration Routes(string name, params string[] clusters) => new()
    {
        Name = name,
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = "host",
                Domains = { "*" },
                Routes = { clusters.Select(cluster => new Route { Name = cluster, Match = new RouteMatch { Prefix = "/" }, Route_ = new RouteAction { Cluster = cluster } }) },
            },
        },
    };

    public static Cluster Cluster(string name, string? endpoints = null) => new()
    {
        Name = name,
        Type = Mesh.Protocol.Envoy.Cluster.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads, ServiceName = endpoints ?? "" },
    };

    public static ClusterLoadAssignment Endpoints(string name, params int[] ports) => new()
    {
        ClusterName = name,
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                Locality = new Locality { Region = "r" },
                LoadBalancingWeight = 1,
                LbEndpoints = { ports.Select(Endpoint) },
            },
        },
    };

    private static ConfigSource Ads => new() { Ads = new AggregatedConfigSource() };

    private static LbEndpoint Endpoint(int port) => new()
    {
        Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = "127.0.0.1", PortValue = (uint)port } } },
    };
}
