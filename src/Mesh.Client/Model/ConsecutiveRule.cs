namespace Mesh.Client.Model;

/// <summary>Ejects after so many bad outcomes in a row.</summary>
/// <param name="Threshold">Outcomes in a row.</param>
/// <param name="Enforcing">Chance in percent that reaching it ejects; 0 turns the rule off.</param>
internal readonly record struct ConsecutiveRule(uint Threshold, uint Enforcing);
