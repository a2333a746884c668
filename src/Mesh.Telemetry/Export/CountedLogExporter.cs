using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace Mesh.Telemetry.Export;

/// <summary>OpenTelemetry's exporter of log records, with a count of what it lost.</summary>
/// <remarks>That exporter cannot be derived from, and reads the resource of its provider, which only OpenTelemetry itself tells it: hence the accessor.</remarks>
internal sealed class CountedLogExporter(OtlpLogExporter inner, ExportTally tally) : BaseExporter<LogRecord>
{
    private bool _hasProvider;

    public override ExportResult Export(in Batch<LogRecord> batch)
    {
        if (!_hasProvider)
        {
            ProviderOf<LogRecord>.Set(inner, ParentProvider);
            _hasProvider = true;
        }

        var count = batch.Count;
        var result = inner.Export(batch);
        tally.Leave(count, result);
        return result;
    }

    protected override bool OnForceFlush(int timeoutMilliseconds) => inner.ForceFlush(timeoutMilliseconds);

    protected override bool OnShutdown(int timeoutMilliseconds) => inner.Shutdown(timeoutMilliseconds);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Accessors of generic types must be as generic as these.
    private static class ProviderOf<T>
        where T : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ParentProvider")]
        public static extern void Set(BaseExporter<T> exporter, BaseProvider? provider);
    }
}
