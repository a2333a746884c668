namespace Mesh.Client.Model;

/// <summary>Slow start: how the share of an endpoint grows after it has appeared, or has become available again.</summary>
/// <param name="Duration">Until it has its full share; above zero.</param>
/// <param name="MinimumPercent">The share it begins with, in percent; 0 to 100.</param>
/// <param name="Aggression">1 is linear, above 1 grows faster at first; above zero.</param>
internal sealed record WarmupPolicy(TimeSpan Duration, double MinimumPercent = 10, double Aggression = 1);
