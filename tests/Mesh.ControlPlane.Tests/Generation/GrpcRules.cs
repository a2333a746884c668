using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using static Mesh.Protocol.Envoy.Route.HeaderMatcher;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What C-core 1.51, grpc-js-xds 1.14 and grpc-go 1.73 must all find in a resource to accept it (observed verdicts).</summary>
internal static class GrpcRules
{
    public static void Check(Listener listener)
    {
        var manager = listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();
        Assert.NotNull(manager.Rds.ConfigSource.Ads);
        Assert.NotEmpty(manager.Rds.RouteConfigName);
        Assert.Equal(manager.HttpFilters.Count, manager.HttpFilters.Select(filter => filter.Name).Distinct().Count());
        Assert.Equal("envoy.filters.http.router", manager.HttpFilters[^1].Name);
        Assert.All(manager.HttpFilters, filter => Assert.NotEmpty(filter.TypedConfig.TypeUrl));
    }

    public static void Check(RouteConfiguration configuration)
    {
        foreach (var host in configuration.VirtualHosts)
        {
            Assert.NotEmpty(host.Routes);
            Assert.NotEmpty(host.Domains);
            Assert.DoesNotContain("", host.Domains);
            Assert.Equal(host.Domains.Count, host.Domains.Distinct().Count());
            Assert.All(host.Routes, Check);
        }
    }

    public static void Check(Cluster cluster)
    {
        // Node refuses LEAST_REQUEST, C-core dies of RING_HASH, none knows the others.
        Assert.Equal(Cluster.Types.LbPolicy.RoundRobin, cluster.LbPolicy);
        Assert.Empty(cluster.TransportSocketMatches);
        if (cluster.Type == Cluster.Types.DiscoveryType.LogicalDns)
        {
            Assert.Single(Assert.Single(cluster.LoadAssignment.Endpoints).LbEndpoints);
            return;
        }

        Assert.Equal(Cluster.Types.DiscoveryType.Eds, cluster.Type);
        Assert.NotNull(cluster.EdsClusterConfig.EdsConfig.Ads);
    }

    public static void Check(ClusterLoadAssignment assignment)
    {
        var endpoints = assignment.Endpoints.SelectMany(locality => locality.LbEndpoints).ToArray();
        var addresses = endpoints.Select(endpoint => endpoint.Endpoint.Address.SocketAddress).ToArray();
        Assert.Equal(addresses.Length, addresses.Distinct().Count());
        Assert.All(addresses, address => Assert.True(System.Net.IPAddress.TryParse(address.Address, out _), address.Address));
        Assert.All(endpoints, endpoint => Assert.True(endpoint.LoadBalancingWeight > 0));
        Assert.All(assignment.Endpoints, locality => Assert.NotNull(locality.Locality));
        Assert.All(assignment.Endpoints, locality => Assert.True(locality.LoadBalancingWeight > 0));

        // Priorities without gaps, each locality once in each, weights that add up within 32 bits (gRFC A27).
        var priorities = assignment.Endpoints.GroupBy(locality => locality.Priority).OrderBy(priority => priority.Key).ToArray();
        Assert.Equal(Enumerable.Range(0, priorities.Length).Select(number => (uint)number), priorities.Select(priority => priority.Key));
        Assert.All(priorities, priority => Assert.Equal(priority.Count(), priority.Select(locality => locality.Locality).Distinct().Count()));
        Assert.All(priorities, priority => Assert.True(priority.Sum(locality => (long)locality.LoadBalancingWeight!.Value) <= uint.MaxValue));
        Assert.All(assignment.Endpoints, locality => Assert.True(locality.LbEndpoints.Sum(endpoint => (long)endpoint.LoadBalancingWeight!.Value) <= uint.MaxValue));
    }

    private static void Check(Route route)
    {
        Assert.NotEqual(RouteMatch.PathSpecifierOneofCase.None, route.Match.PathSpecifierCase);
        Assert.Equal(Route.ActionOneofCase.Route_, route.ActionCase);
        Assert.All(route.Match.Headers, header => Assert.NotEqual(HeaderMatchSpecifierOneofCase.StringMatch, header.HeaderMatchSpecifierCase));
        Assert.All(route.TypedPerFilterConfig.Keys, filter => Assert.Equal("envoy.filters.http.fault", filter));
        if (route.Route_.RetryPolicy is { } retry)
        {
            Assert.True(retry.NumRetries is null or > 0);
            Assert.True(retry.RetryBackOff is null or { BaseInterval: not null });
        }

        if (route.Route_.WeightedClusters is { } weighted)
        {
            var sum = weighted.Clusters.Sum(cluster => (long)(cluster.Weight ?? 0));
#pragma warning disable CS0612 // What C-core reads; 100 when unset.
            Assert.Equal(weighted.TotalWeight ?? 100, sum);
#pragma warning restore CS0612
            Assert.InRange(sum, 1, uint.MaxValue);
        }
    }
}
