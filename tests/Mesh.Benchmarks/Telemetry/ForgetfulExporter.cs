using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Benchmarks.Telemetry;

/// <summary>Takes metrics and does nothing with them: an SDK measures only when somebody reads.</summary>
internal sealed class ForgetfulExporter : BaseExporter<Metric>
{
    /// <summary>Whether it was given anything.</summary>
    public bool HasSeenAny { get; private set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        HasSeenAny |= batch.Count > 0;
        return ExportResult.Success;
    }
}
