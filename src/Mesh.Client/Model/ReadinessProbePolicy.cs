namespace Mesh.Client.Model;

/// <summary>How this process finds out whether it takes requests; the word of its WorkloadGroup.</summary>
internal sealed record ReadinessProbePolicy(ReadinessCheck Check)
{
    /// <summary>From when the process listens to the first check.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>For one check; above 0.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two checks; above 0.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks in a row that must pass before it takes requests; at least 1.</summary>
    public uint SuccessThreshold { get; init; } = 1;

    /// <summary>Checks in a row that must fail before it takes none; at least 1.</summary>
    public uint FailureThreshold { get; init; } = 3;
}
