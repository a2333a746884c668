using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Mesh.Telemetry.Export;

/// <summary>OpenTelemetry's batches of log records, with an exact bound on what waits and a count of what found no place.</summary>
internal sealed class BoundedLogProcessor(BaseExporter<LogRecord> exporter, ExportTally tally, BatchExportProcessorOptions<LogRecord> options)
    : BatchLogRecordExportProcessor(exporter, options.MaxQueueSize, options.ScheduledDelayMilliseconds, options.ExporterTimeoutMilliseconds, options.MaxExportBatchSize)
{
    public override void OnEnd(LogRecord data)
    {
        if (tally.TryEnter())
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
