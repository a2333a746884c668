namespace Mesh.ControlPlane.Registry;

/// <summary>How much of the registry peers can fill.</summary>
internal sealed record WorkloadLimits
{
    /// <summary>Processes at once, those in their grace time included.</summary>
    public int MaxInstances { get; init; } = 10_000;

    /// <summary>Labels of one process (Istio's limit for a WorkloadEntry).</summary>
    public int MaxLabels { get; init; } = 256;

    /// <summary>Ports of one process, real and service ports each (Istio's limit for a WorkloadEntry).</summary>
    public int MaxPorts { get; init; } = 128;

    /// <summary>Characters of every name, label key, label value, address and locality.</summary>
    public int MaxTextLength { get; init; } = 1_024;

    /// <summary>How long a process stays after its stream ended, so that a reconnect is no change.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);
}
