using BenchmarkDotNet.Attributes;
using Mesh.Client;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.Micro;

/// <summary>What context costs a hop: capturing a request's headers where it comes in, and writing them on a call made for it, without a trace.</summary>
[MemoryDiagnoser]
public class ContextBenchmarks
{
    private readonly HeaderCapture _capture = new(new MeshPropagationOptions(), "x-lane");
    private readonly RequestIds _ids = new(Random.Shared);
    private IHeaderDictionary _headers = new HeaderDictionary();
    private CallContext _context = new();

    [GlobalSetup]
    public void Setup()
    {
        _headers = new DefaultHttpContext
        {
            Request =
            {
                Headers =
                {
                    ["host"] = "reviews:9080", ["accept"] = "application/json", ["user-agent"] = "bench", ["end-user"] = "jason", ["x-lane"] = "blue",
                    ["x-request-id"] = _ids.New(), ["traceparent"] = "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-00",
                },
            },
        }.Request.Headers;
        _context = new CallContext { Headers = _capture.Capture(_headers) };
    }

    /// <summary>Four headers flow on, of seven.</summary>
    [Benchmark]
    public int Capture() => _capture.Capture(_headers).Length;

    /// <summary>The request itself, which every call has.</summary>
    [Benchmark(Baseline = true)]
    public HttpRequestMessage BareRequest() => new(HttpMethod.Get, "http://ratings:9080/");

    [Benchmark]
    public HttpRequestMessage RequestWithContext()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://ratings:9080/");
        HeaderPropagation.Apply(request, _context);
        return request;
    }

    [Benchmark]
    public string NewRequestId() => _ids.New();

    /// <summary>What is left of tracing for a call whose trace is not sampled.</summary>
    [Benchmark]
    public bool IsUnsampled() => TraceHeaders.IsUnsampled(_context.Find(TraceHeaders.Parent));

    [Benchmark]
    public bool ReadTraceParent() => TraceHeaders.TryRead(_context.Find, out _);
}
