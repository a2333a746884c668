namespace Mesh.Client.Metrics.Series;

/// <summary>One value with the trace that it was measured in.</summary>
internal sealed record SeriesExemplar(string TraceId, string SpanId, double Value, DateTimeOffset Time);
