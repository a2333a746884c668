using BenchmarkDotNet.Attributes;
using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Benchmarks.Micro;

/// <summary>Finding the route of a request whose rule is the last one, behind rules with header matches that do not hold.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks : IDisposable
{
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://reviews:9080/reviews/0");
    private RouteTable _table = new(HandMadeDestination.Routes("reviews"));

    [Params(3, 20, 1000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var small = HandMadeDestination.Routes("reviews");
        var matching = Enumerable.Repeat(small.Routes[0], Routes - 1);
        _table = new RouteTable(new VirtualHost("reviews", ["reviews"], [.. matching, small.Routes[^1]]));
        _request.Headers.Add("end-user", "other");
    }

    public void Dispose() => _request.Dispose();

    [Benchmark]
    public int FindLast() => _table.Find(_request, Random.Shared);
}
