namespace Mesh.Telemetry.Exposition;

/// <summary>One value with its trace.</summary>
internal sealed record GivenExemplar(string TraceId, string SpanId, double Value, DateTimeOffset Time);
