using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>What header values and access logs can say of this process.</summary>
/// <param name="HostName">The machine's name.</param>
/// <param name="Environment">The value of an environment variable that may leave the process; null for all others.</param>
/// <param name="Time">The clock of start times and durations.</param>
internal sealed record ProcessFacts(string HostName, Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>Its workload, for expressions.</summary>
    public WorkloadReference Workload { get; init; } = new();

    /// <summary>The identity that it has now; null without a certificate.</summary>
    public Func<string?> Principal { get; init; } = static () => null;
}
