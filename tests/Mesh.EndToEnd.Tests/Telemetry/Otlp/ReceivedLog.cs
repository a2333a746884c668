namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>A log record as it was exported.</summary>
internal sealed record ReceivedLog(string Service, string Category, string Body, IReadOnlyDictionary<string, string> Attributes);
