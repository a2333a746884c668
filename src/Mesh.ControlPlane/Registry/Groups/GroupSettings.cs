namespace Mesh.ControlPlane.Registry.Groups;

/// <summary>How processes are registered with their groups.</summary>
/// <param name="Controller">The name of this control plane in the entries that it makes.</param>
internal sealed record GroupSettings(string Controller)
{
    /// <summary>How long an entry stays after its process went (istiod's PILOT_WORKLOAD_ENTRY_GRACE_PERIOD).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after a start entries of processes that are not there are left alone.</summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reasons that are remembered, so that each is told once.</summary>
    public int MaxMessages { get; init; } = 1_000;
}
