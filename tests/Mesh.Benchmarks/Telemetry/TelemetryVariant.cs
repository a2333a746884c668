using Mesh.Client;
using Mesh.Client.Model;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>The mesh with one setting of telemetry, and what its calls have cost so far.</summary>
internal sealed class TelemetryVariant : IAsyncDisposable
{
    private static readonly Authority Reviews = new("reviews", 9080);

    // Of a request as a gateway hands it on: its id, its trace, the user, and a lane.
    private static readonly CallContext Carried = new()
    {
        Headers =
        [
            new(RequestIds.Header, "5f0c2a1e-7d7b-4b0a-9f11-6d1a7f0f3a52"),
            new(TraceHeaders.Parent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
            new("end-user", "jason"),
            new("x-lane", "feature-42"),
        ],
    };

    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://reviews:9080/reviews/0");
    private readonly HandMadeMesh _mesh;
    private readonly HttpMessageInvoker _invoker;
    private readonly ForgetfulExporter _exporter = new();
    private readonly MeterProvider? _provider;
    private readonly CallContext? _context;

    /// <param name="name">For the report.</param>
    /// <param name="configure">The setting.</param>
    /// <param name="listens">Whether an OpenTelemetry SDK listens to the meter <c>Mesh</c>.</param>
    /// <param name="tellsNobody">Whether the other sinks (traces, access logs, load reports) are taken out.</param>
    /// <param name="carries">Whether the calls are made for a request whose headers they carry on.</param>
    public TelemetryVariant(string name, Action<MeshTelemetryOptions> configure, bool listens = false, bool tellsNobody = false, bool carries = false)
    {
        Name = name;
        _context = carries ? Carried : null;
        _mesh = new HandMadeMesh(
            HandMadeDestination.Named(Reviews, new EndpointAddress("127.0.0.1", 1)), configure: options => configure(options.Telemetry), endpoints: new YieldingEndpoints(), tellsNobody: tellsNobody);
        _invoker = new HttpMessageInvoker(_mesh.CreateHandler());
        _provider = listens ? Sdk.CreateMeterProviderBuilder().AddMeter("Mesh").AddReader(new BaseExportingMetricReader(_exporter)).Build() : null;
    }

    public string Name { get; }

    /// <summary>CPU time of the process for a call, in nanoseconds, by round.</summary>
    public List<double> Nanoseconds { get; } = [];

    /// <summary>Bytes allocated for a call, by round.</summary>
    public List<double> Bytes { get; } = [];

    public async Task RunAsync(int calls, bool counts)
    {
        CallContext.Current = _context;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        for (var call = 0; call < calls; call++)
        {
            (await _invoker.SendAsync(_request, CancellationToken.None)).Dispose();
        }

        if (counts)
        {
            Nanoseconds.Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / calls);
            Bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / calls);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_provider?.ForceFlush() == false || (_provider is not null && !_exporter.HasSeenAny))
        {
            throw new InvalidOperationException("The SDK has seen no metrics: what was measured is not what it costs.");
        }

        _provider?.Dispose();
        _invoker.Dispose();
        _request.Dispose();
        return _mesh.DisposeAsync();
    }
}
