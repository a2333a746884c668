namespace Mesh.Client.Model.Telemetry;

/// <summary>What is different with one label of a metric.</summary>
/// <param name="Name">Of the label.</param>
/// <param name="Expression">Its value, in CEL; null to take it away.</param>
internal sealed record TagOverride(string Name, string? Expression);
