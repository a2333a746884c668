using Mesh.Client.Model.Loads;

namespace Mesh.Client.Xds.Loads;

/// <summary>One report, until the server has it.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Loads">What it tells.</param>
/// <param name="Interval">The time in which it was counted.</param>
internal sealed record LoadReport(long Sequence, IReadOnlyList<ClusterLoad> Loads, TimeSpan Interval);
