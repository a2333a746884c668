using System.Collections.Immutable;

namespace Mesh.Client.Model.Telemetry;

/// <summary>What is different with one metric.</summary>
/// <param name="Metric">Istio's name, such as <c>REQUEST_COUNT</c>, or that of a metric of one's own.</param>
/// <param name="IsDisabled">Whether it is not made.</param>
/// <param name="Tags">Changes of its labels.</param>
internal sealed record MetricOverride(string Metric, bool IsDisabled, ImmutableArray<TagOverride> Tags);
