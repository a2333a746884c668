namespace Mesh.ControlPlane.Graph;

/// <summary>How much the graph remembers.</summary>
internal sealed record GraphLimits
{
    /// <summary>The resolution of the newest minutes.</summary>
    public TimeSpan FineResolution { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan FineHistory { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The resolution of all that is older.</summary>
    public TimeSpan CoarseResolution { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan History { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Edges of one time slot; more are not told apart from each other, but left out and counted.</summary>
    public int EdgesPerSlot { get; init; } = 20_000;

    /// <summary>Edges of all slots of one resolution together, about 220 bytes each: where more come, the oldest slots go first.</summary>
    public int Records { get; init; } = 300_000;
}
