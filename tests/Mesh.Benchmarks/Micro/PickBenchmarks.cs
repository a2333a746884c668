using BenchmarkDotNet.Attributes;
using Mesh.Client.LoadBalancing;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;

namespace Mesh.Benchmarks.Micro;

/// <summary>Choosing one of a hundred endpoints.</summary>
[MemoryDiagnoser]
public class PickBenchmarks
{
    private const int Endpoints = 100;

    private readonly Picker _roundRobin = Build(LoadBalancingKind.RoundRobin, weighted: false);
    private readonly Picker _weightedRoundRobin = Build(LoadBalancingKind.RoundRobin, weighted: true);
    private readonly Picker _random = Build(LoadBalancingKind.Random, weighted: false);
    private readonly Picker _weightedRandom = Build(LoadBalancingKind.Random, weighted: true);
    private readonly Picker _leastRequest = Build(LoadBalancingKind.LeastRequest, weighted: false);
    private readonly Picker _weightedLeastRequest = Build(LoadBalancingKind.LeastRequest, weighted: true);
    private readonly Picker _ring = Build(LoadBalancingKind.RingHash, weighted: false);
    private readonly Picker _maglev = Build(LoadBalancingKind.Maglev, weighted: false);
    private readonly Picker _peakEwma = Build(LoadBalancingKind.PeakEwma, weighted: false);
    private ulong _hash;

    [Benchmark]
    public object? RoundRobin() => _roundRobin.Pick(default);

    [Benchmark]
    public object? WeightedRoundRobin() => _weightedRoundRobin.Pick(default);

    [Benchmark]
    public object? RandomChoice() => _random.Pick(default);

    [Benchmark]
    public object? WeightedRandom() => _weightedRandom.Pick(default);

    [Benchmark]
    public object? LeastRequest() => _leastRequest.Pick(default);

    [Benchmark]
    public object? WeightedLeastRequest() => _weightedLeastRequest.Pick(default);

    [Benchmark]
    public object? RingHash() => _ring.Pick(new PickContext(NextHash()));

    [Benchmark]
    public object? Maglev() => _maglev.Pick(new PickContext(NextHash()));

    [Benchmark]
    public object? PeakEwma() => _peakEwma.Pick(default);

    [Benchmark]
    public ulong HashOfAHeader() => XxHash64.Hash("e2a53c6f-7d06-44c7-b3a5-4a7f8e2d9c11");

    private ulong NextHash() => _hash += 11400714819323198485;

    private static Picker Build(LoadBalancingKind kind, bool weighted)
    {
        var balanced = Enumerable.Range(1, Endpoints).Select(port => new EndpointAddress("10.0.0.1", port))
            .ToDictionary(address => address, address => new BalancedEndpoint(address));
        var endpoints = balanced.Keys.Select(address => new Endpoint(address, weighted ? (uint)(1 + (address.Port % 5)) : 1, EndpointHealth.Healthy));
        var set = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [.. endpoints])]);
        var picker = new Balancer(Random.Shared, TimeProvider.System)
            .Build(new LoadBalancingPolicy(kind), set, new ActiveRequests(), endpoint => balanced[endpoint.Address]);
        foreach (var endpoint in balanced.Values)
        {
            endpoint.Report(new AttemptOutcome(200, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.FromMilliseconds(endpoint.Address.Port)));
        }

        return picker;
    }
}
