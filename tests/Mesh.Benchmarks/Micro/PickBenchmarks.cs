using BenchmarkDotNet.Attributes;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;

namespace Mesh.Benchmarks.Micro;

/// <summary>Choosing one of a hundred endpoints.</summary>
[MemoryDiagnoser]
public class PickBenchmarks
{
    private readonly Picker _roundRobin = Build(LoadBalancingKind.RoundRobin, weighted: false);
    private readonly Picker _weightedRoundRobin = Build(LoadBalancingKind.RoundRobin, weighted: true);
    private readonly Picker _leastRequest = Build(LoadBalancingKind.LeastRequest, weighted: false);
    private readonly Picker _weightedLeastRequest = Build(LoadBalancingKind.LeastRequest, weighted: true);

    [Benchmark]
    public object? RoundRobin() => _roundRobin.Pick(default);

    [Benchmark]
    public object? WeightedRoundRobin() => _weightedRoundRobin.Pick(default);

    [Benchmark]
    public object? LeastRequest() => _leastRequest.Pick(default);

    [Benchmark]
    public object? WeightedLeastRequest() => _weightedLeastRequest.Pick(default);

    private static Picker Build(LoadBalancingKind kind, bool weighted)
    {
        var endpoints = Enumerable.Range(1, 100)
            .Select(port => new Endpoint(new EndpointAddress("10.0.0.1", port), weighted ? (uint)(1 + (port % 5)) : 1, EndpointHealth.Healthy));
        var set = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [.. endpoints])]);
        return new Balancer(Random.Shared).Build(new LoadBalancingPolicy(kind), set, endpoint => new BalancedEndpoint(endpoint.Address));
    }
}
