namespace Mesh.Client.Metrics.Rules;

/// <summary>A label that is different.</summary>
/// <param name="Name">Of the label.</param>
/// <param name="Value">Which of the expressions gives its value; null when it is removed.</param>
internal sealed record LabelRule(string Name, int? Value);
