using OpenTelemetry.Metrics;

namespace Mesh.Telemetry.Exposition;

/// <summary>All metrics of one name, of one meter or several.</summary>
internal sealed record MetricFamily(FamilyName Name, FamilyKind Kind, string Help)
{
    public List<Metric> Metrics { get; } = [];
}
