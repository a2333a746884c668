using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Mesh.Telemetry.Export;

/// <summary>OpenTelemetry's exporter of metrics, with a count of what it lost; sums go on, so that the next export makes up for it.</summary>
internal sealed class CountedMetricExporter(OtlpExporterOptions options, ExportTally tally) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics)
    {
        var count = metrics.Count;
        var result = base.Export(metrics);
        tally.Count(count, result);
        return result;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tally.Dispose();
        }

        base.Dispose(disposing);
    }
}
