using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Tracing;
using Mesh.Client.Propagation;
using Mesh.Client.Tracing;

namespace Mesh.Client.Tests.Pipeline.Tracing;

/// <summary>A pipeline whose calls are traced, and a listener that keeps the spans of one trace.</summary>
internal sealed class TraceRig : IDisposable
{
    private readonly ActivityListener? _listener;
    private readonly MeshTracer _tracer;
    private readonly SemaphoreSlim _counted = new(0);

    public TraceRig(TracingSide? side = null, ScriptedEndpoints? endpoints = null, bool isListened = true, TraceFormat[]? formats = null)
    {
        Policy.Publish(new WorkloadTelemetry { Tracing = new TracingPolicy { Client = side ?? TracingSide.Default } });
        Endpoints = endpoints ?? new ScriptedEndpoints();
        var facts = new ProcessFacts("host-1", name => name == "POD_NAME" ? "pod-1" : null, TimeProvider.System);
        var workload = new TracedWorkload("sidecar~1~a~b", "productpage", "v1", "default", "cluster.local");
        _tracer = new MeshTracer(workload, formats ?? [], facts.Environment, new Random(7));
        Mesh = new OutboundHarness(Endpoints, sinks: [new CallTraceSink(_tracer, Policy, facts)]);
        if (isListened)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => _tracer.Owns(source),
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span =>
                {
                    Stopped.Enqueue(span);
                    _counted.Release();
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }
    }

    public const string Parent = "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01";

    public TelemetryPolicy Policy { get; } = new();

    public ScriptedEndpoints Endpoints { get; }

    public OutboundHarness Mesh { get; }

    public ConcurrentQueue<Activity> Stopped { get; } = new();

    /// <summary>Waits until so many spans have ended: those of attempts that have lost end later than their call.</summary>
    public async Task StoppedAsync(int count)
    {
        for (var seen = 0; seen < count; seen++)
        {
            await _counted.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Of the last request, by name.</summary>
    public async Task<Dictionary<string, string>> SendAsync(params (string Name, string Value)[] served)
    {
        CallContext.Current = new CallContext { Headers = [.. served.Select(header => KeyValuePair.Create(header.Name, header.Value))] };
        using var response = await Mesh.GetAsync("http://ratings/ratings/0?secret=1");
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return response.RequestMessage!.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        Mesh.Dispose();
        _tracer.Dispose();
        _counted.Dispose();
    }
}
