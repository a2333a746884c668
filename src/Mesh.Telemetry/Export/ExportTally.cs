using System.Diagnostics.Metrics;
using OpenTelemetry;

namespace Mesh.Telemetry.Export;

/// <summary>Bounds what waits for a collector, and counts what reached it and what did not: <c>mesh.telemetry.exported{signal}</c>, <c>mesh.telemetry.dropped{signal,reason}</c>.</summary>
internal sealed class ExportTally : IDisposable
{
    public const string Spans = "traces";
    public const string Metrics = "metrics";
    public const string Records = "logs";

    /// <summary>There was no room to wait for the collector.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>The collector was asked to take it, and did not.</summary>
    public const string Collector = "collector";

    // That of everything else the mesh counts.
    private const string MeterName = "Mesh";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _exported;
    private readonly Counter<long> _dropped;
    private readonly KeyValuePair<string, object?> _signal;
    private readonly int _capacity;
    private int _waiting;

    /// <param name="signal">What is exported.</param>
    /// <param name="capacity">How many items may be in memory, those that are being sent among them.</param>
    public ExportTally(string signal, int capacity = int.MaxValue)
    {
        (_signal, _capacity) = (new("signal", signal), capacity);
        _exported = _meter.CreateCounter<long>("mesh.telemetry.exported", "{item}", "Spans, metrics and log records that a collector has taken.");
        _dropped = _meter.CreateCounter<long>("mesh.telemetry.dropped", "{item}", "Spans, metrics and log records that were lost because a collector was slow or gone.");
    }

    /// <summary>Items in memory.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a place for one more item; false, and counted, when there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _waiting) <= _capacity)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        Drop(1, QueueFull);
        return false;
    }

    /// <summary>Items that had a place have been sent, or given up.</summary>
    public void Leave(long items, ExportResult result)
    {
        Interlocked.Add(ref _waiting, (int)-items);
        Count(items, result);
    }

    public void Count(long items, ExportResult result)
    {
        if (result == ExportResult.Success)
        {
            _exported.Add(items, _signal);
        }
        else
        {
            Drop(items, Collector);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Drop(long items, string reason) => _dropped.Add(items, _signal, new KeyValuePair<string, object?>("reason", reason));
}
