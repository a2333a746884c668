using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Benchmarks;

/// <summary>Destinations for benchmarks, as a control plane would describe them.</summary>
internal static class HandMadeDestination
{
    private const int UserRoutes = 19;
    private const int Replicas = 100;

    /// <summary>All of 127.0.0.0/8 is one machine: the endpoints are addresses of the same server, each with its own connections.</summary>
    public static IEnumerable<string> ReplicaHosts => Enumerable.Range(1, Replicas).Select(host => $"127.0.0.{host}");

    private static readonly RouteMatch Any = new() { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) };

    /// <summary>Two routes with header matches, then a 90/10 split over two clusters with one endpoint each.</summary>
    public static Destination Routed(Authority authority, EndpointAddress address) => new()
    {
        Authority = authority,
        Status = DestinationStatus.Routed,
        VirtualHost = Routes(authority.Host),
        Clusters = new[] { "v1", "v2" }.ToFrozenDictionary(name => name, name => Cluster(name, [address], outliers: null)),
    };

    /// <summary>All that a careful team turns on: 20 routes, retries, timeouts, outlier detection, and least request over 100 endpoints.</summary>
    public static Destination Guarded(Authority authority, int port)
    {
        var forward = new ForwardAction
        {
            Clusters = [new WeightedCluster("all", 1)],
            Timeout = TimeSpan.FromSeconds(30),
            Retry = new RetryPolicy
            {
                Conditions = RetryConditions.ServerError | RetryConditions.Reset | RetryConditions.ConnectFailure | RetryConditions.RefusedStream,
                MaxRetries = 2,
                AttemptTimeout = TimeSpan.FromSeconds(10),
                MaxReselections = 5,
            },
        };
        var users = Enumerable.Range(0, UserRoutes).Select(user => new Route($"user-{user}", WithHeader("end-user", $"user-{user}"), forward));
        return new Destination
        {
            Authority = authority,
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost(authority.Host, [authority.Host], [.. users, new Route("rest", Any, forward)]),
            Clusters = new[] { "all" }.ToFrozenDictionary(
                name => name,
                name => Cluster(name, ReplicaHosts.Select(host => new EndpointAddress(host, port)), new OutlierDetectionPolicy())),
        };
    }

    /// <summary>The same as <see cref="Routed"/>, of a service and workloads that have names.</summary>
    public static Destination Named(Authority authority, EndpointAddress address)
    {
        var plain = Routed(authority, address);
        return plain with
        {
            Clusters = plain.Clusters.ToFrozenDictionary(cluster => cluster.Key, cluster => cluster.Value with
            {
                Service = new ServiceReference($"{authority.Host}.default.svc.cluster.local", authority.Host, "default"),
                Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [new Endpoint(address, 1, EndpointHealth.Healthy) { Workload = Workload(authority.Host, cluster.Key) }])]),
            }),
        };
    }

    public static VirtualHost Routes(string host) => new(host, [host],
    [
        new Route("jason", WithHeader("end-user", "jason"), new ForwardAction { Clusters = [new WeightedCluster("v2", 1)] }),
        new Route("lane", WithHeader("x-lane", "blue"), new ForwardAction { Clusters = [new WeightedCluster("v2", 1)] }),
        new Route("split", Any, new ForwardAction { Clusters = [new WeightedCluster("v1", 90), new WeightedCluster("v2", 10)] }),
    ]);

    private static WorkloadReference Workload(string service, string version) => new()
    {
        Name = $"{service}-{version}", Namespace = "default", CanonicalService = service, CanonicalRevision = version, App = service, Version = version,
    };

    private static RouteMatch WithHeader(string name, string value) => Any with
    {
        Headers = [new HeaderMatch(name, HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false) }],
    };

    private static Cluster Cluster(string name, IEnumerable<EndpointAddress> addresses, OutlierDetectionPolicy? outliers) => new()
    {
        Name = name,
        Policy = new ClusterPolicy { LoadBalancing = new LoadBalancingPolicy(LoadBalancingKind.LeastRequest), OutlierDetection = outliers },
        Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, addresses.Select(address => new Endpoint(address, 1, EndpointHealth.Healthy)).ToImmutableArray())]),
    };
}
