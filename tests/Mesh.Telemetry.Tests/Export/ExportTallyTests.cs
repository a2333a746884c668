using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Telemetry.Export;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Mesh.Telemetry.Tests.Export;

/// <summary>A collector that does not answer holds up nobody, and everything it costs is counted.</summary>
public sealed class ExportTallyTests : IDisposable
{
    private const int Room = 8;

    // A signal of its own, as meters are seen by every listener of the process.
    private readonly string _signal = Guid.NewGuid().ToString("N");
    private readonly ActivitySource _source = new($"test-{Guid.NewGuid():N}");
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = [];

    public ExportTallyTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name.StartsWith("mesh.telemetry.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            if (labels["signal"] == _signal)
            {
                lock (_lock)
                {
                    var key = labels.TryGetValue("reason", out var reason) ? reason : "exported";
                    _counts[key] = _counts.GetValueOrDefault(key) + value;
                }
            }
        });
        _listener.Start();
    }

    [Fact]
    public void Spans_WhileTheCollectorIsSilent_AreKeptUpToTheBoundAndCountedBeyondIt()
    {
        var tally = new ExportTally(_signal, Room);
        using var collector = new SilentExporter(tally);
        using (var provider = Provide(collector, tally))
        {
            Make(100);

            Assert.Equal((100L - Room, Room), (Count(ExportTally.QueueFull), tally.Waiting));
            collector.Answer(ExportResult.Success);
            Assert.True(provider.ForceFlush());
            Assert.Equal((Room, 0), (Count("exported"), tally.Waiting));

            Make(3);
            Assert.True(provider.ForceFlush());
        }

        Assert.Equal((Room + 3, 100L - Room, 0), (Count("exported"), Count(ExportTally.QueueFull), Count(ExportTally.Collector)));
    }

    [Fact]
    public void Spans_ThatTheCollectorRefuses_AreCounted()
    {
        var tally = new ExportTally(_signal, Room);
        using var collector = new SilentExporter(tally);
        using (var provider = Provide(collector, tally))
        {
            collector.Answer(ExportResult.Failure);
            Make(5);
            provider.ForceFlush();
        }

        Assert.Equal((5, 0, 0), (Count(ExportTally.Collector), Count("exported"), tally.Waiting));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    private TracerProvider Provide(SilentExporter collector, ExportTally tally)
    {
        var options = new BatchExportProcessorOptions<Activity> { MaxQueueSize = Room, MaxExportBatchSize = Room / 2 };
        return Sdk.CreateTracerProviderBuilder().AddSource(_source.Name).AddProcessor(new BoundedSpanProcessor(collector, tally, options)).Build();
    }

    private void Make(int spans)
    {
        for (var span = 0; span < spans; span++)
        {
            _source.StartActivity("work")!.Dispose();
        }
    }

    private long Count(string what)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(what);
        }
    }

    /// <summary>Takes a batch and does not return until it is told to.</summary>
    private sealed class SilentExporter(ExportTally tally) : BaseExporter<Activity>
    {
        private readonly ManualResetEventSlim _answered = new();
        private ExportResult _result;

        public void Answer(ExportResult result)
        {
            _result = result;
            _answered.Set();
        }

        public override ExportResult Export(in Batch<Activity> batch)
        {
            _answered.Wait(TestContext.Current.CancellationToken);
            tally.Leave(batch.Count, _result);
            return _result;
        }

        protected override void Dispose(bool disposing)
        {
            _answered.Dispose();
            base.Dispose(disposing);
        }
    }
}
