using System.Net;
using BenchmarkDotNet.Attributes;
using Mesh.Client.Model;
using Mesh.Client.Transport;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Benchmarks.Micro;

/// <summary>What metrics cost a call through the mesh, over an endpoint that only gives way once: none, Istio's as the own page reads them, and the same fed to an OpenTelemetry SDK.</summary>
[MemoryDiagnoser]
public class MetricsBenchmarks : IAsyncDisposable
{
    private static readonly Authority Reviews = new("reviews", 9080);
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://reviews:9080/reviews/0");
    private HandMadeMesh _mesh = null!;
    private HttpMessageInvoker _invoker = null!;
    private MeterProvider? _provider;

    public enum Told
    {
        Nothing,
        PeerMetadata,
        Metrics,
        MetricsAndOpenTelemetry,
    }

    [ParamsAllValues]
    public Told What { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _mesh = new HandMadeMesh(
            HandMadeDestination.Named(Reviews, new EndpointAddress("127.0.0.1", 1)),
            configure: options =>
            {
                options.Telemetry.Metrics = What >= Told.Metrics;
                options.Telemetry.SendPeerMetadata = What >= Told.PeerMetadata;
            },
            endpoints: new YieldingEndpoints());
        _invoker = new HttpMessageInvoker(_mesh.CreateHandler());
        _provider = What == Told.MetricsAndOpenTelemetry ? Sdk.CreateMeterProviderBuilder().AddMeter("Mesh").Build() : null;
    }

    [GlobalCleanup]
    public ValueTask DisposeAsync()
    {
        _provider?.Dispose();
        _invoker.Dispose();
        _request.Dispose();
        GC.SuppressFinalize(this);
        return _mesh.DisposeAsync();
    }

    [Benchmark]
    public async Task Send() => (await _invoker.SendAsync(_request, CancellationToken.None)).Dispose();

    private sealed class YieldingEndpoints : IEndpointHandlerFactory
    {
        public HttpMessageHandler Create(EndpointPool pool) => new Handler();

        private sealed class Handler : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                await Task.Yield();
                return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent([]) };
            }
        }
    }
}
