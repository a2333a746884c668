using System.Diagnostics;
using OpenTelemetry;

namespace Mesh.Telemetry.Export;

/// <summary>OpenTelemetry's batches of spans, with an exact bound on what waits and a count of what found no place.</summary>
internal sealed class BoundedSpanProcessor(BaseExporter<Activity> exporter, ExportTally tally, BatchExportProcessorOptions<Activity> options)
    : BatchActivityExportProcessor(exporter, options.MaxQueueSize, options.ScheduledDelayMilliseconds, options.ExporterTimeoutMilliseconds, options.MaxExportBatchSize)
{
    public override void OnEnd(Activity data)
    {
        if (data.Recorded && tally.TryEnter())
        {
            base.OnEnd(data);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            tally.Dispose();
        }
    }
}
