using System.Collections.Frozen;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Benchmarks.Micro;

/// <summary>Finding the destination of a request among ten thousand authorities.</summary>
[MemoryDiagnoser]
public class DestinationBenchmarks : IDisposable
{
    private const int Authorities = 10_000;
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://reviews-5000.default:9080/reviews/0");

    private readonly OutboundState _state = new(
        Enumerable.Range(0, Authorities)
            .Select(index => new Authority(string.Create(CultureInfo.InvariantCulture, $"reviews-{index}.default"), 9080))
            .ToFrozenDictionary(authority => authority, authority => OutboundDestination.Unanswered(authority, "a benchmark sends nothing")),
        []);

    public void Dispose() => _request.Dispose();

    [Benchmark]
    public bool FindByUri() => _state.Destinations.TryGetValue(RequestAuthority.Read(_request), out _);
}
