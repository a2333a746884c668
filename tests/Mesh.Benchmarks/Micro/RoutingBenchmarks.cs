using BenchmarkDotNet.Attributes;
using Mesh.Client.Routing;

namespace Mesh.Benchmarks.Micro;

/// <summary>Finding the route of a request, and drawing from a split.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks : IDisposable
{
    private readonly RouteTable _table = new(HandMadeMesh.Routes("reviews"));
    private readonly WeightedSplit _split = new([90, 10]);
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://reviews:9080/reviews/0");

    public RoutingBenchmarks() => _request.Headers.Add("end-user", "other");

    public void Dispose() => _request.Dispose();

    [Benchmark]
    public int FindRouteBehindTwoHeaderMatches() => _table.Find(_request, Random.Shared);

    [Benchmark]
    public int ChooseOfTwo() => _split.Choose(Random.Shared);
}
