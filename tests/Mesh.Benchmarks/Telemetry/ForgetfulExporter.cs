using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>Takes metrics and does nothing with them: an SDK measures only when somebody reads.</summary>
internal sealed class ForgetfulExporter : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
}
