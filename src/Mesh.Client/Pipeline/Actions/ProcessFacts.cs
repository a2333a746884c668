namespace Mesh.Client.Pipeline.Actions;

/// <summary>What header values can say of this process.</summary>
/// <param name="HostName">The machine's name.</param>
/// <param name="Environment">The value of an environment variable that may leave the process; null for all others.</param>
/// <param name="Time">The clock of start times and durations.</param>
internal sealed record ProcessFacts(string HostName, Func<string, string?> Environment, TimeProvider Time);
