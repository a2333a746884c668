namespace Mesh.ControlPlane.Graph;

/// <summary>What one client reported at one time.</summary>
/// <param name="Source">The client; the same at every control plane that it reports to.</param>
/// <param name="Number">Of the report; 0 for a client that counts none.</param>
/// <param name="At">When it came, by the clock of this control plane.</param>
/// <param name="Interval">The time before that in which it was counted.</param>
/// <param name="Edges">What went over each.</param>
internal sealed record GraphReport(string Source, long Number, DateTimeOffset At, TimeSpan Interval, IReadOnlyList<KeyValuePair<GraphEdge, EdgeTraffic>> Edges);
