using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Mesh.Telemetry.Export;

/// <summary>OpenTelemetry's exporter of spans, with a count of what it lost.</summary>
internal sealed class CountedSpanExporter(OtlpExporterOptions options, ExportTally tally) : OtlpTraceExporter(options)
{
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var count = activityBatch.Count;
        var result = base.Export(activityBatch);
        tally.Leave(count, result);
        return result;
    }
}
