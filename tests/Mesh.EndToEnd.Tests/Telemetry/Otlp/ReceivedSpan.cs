namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>A span as it was exported; ids in hexadecimal digits.</summary>
internal sealed record ReceivedSpan(string Service, string Trace, string Id, string Parent, string Name, int Kind, IReadOnlyDictionary<string, string> Tags);
