using BenchmarkDotNet.Attributes;
using Mesh.Client.Routing;

namespace Mesh.Benchmarks.Micro;

/// <summary>Drawing from a weighted split.</summary>
[MemoryDiagnoser]
public class SplitBenchmarks
{
    private readonly WeightedSplit _two = new([90, 10]);
    private readonly WeightedSplit _five = new([20, 20, 20, 20, 20]);

    [Benchmark]
    public int OfTwo() => _two.Choose(Random.Shared);

    [Benchmark]
    public int OfFive() => _five.Choose(Random.Shared);
}
