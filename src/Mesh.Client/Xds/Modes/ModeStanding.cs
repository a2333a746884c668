using System.Collections.Immutable;

namespace Mesh.Client.Xds.Modes;

/// <summary>How a process stands with its configuration at one moment, as the control plane is told.</summary>
/// <param name="Mode">What calls follow, by its name.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">For people.</param>
internal sealed record ModeStanding(string Mode, DateTimeOffset Since, string Reason)
{
    /// <summary>How many destinations follow what.</summary>
    public ImmutableSortedDictionary<string, int> Destinations { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    public int AmbientErrors { get; init; }

    public int HeldClusters { get; init; }

    public int HeldListeners { get; init; }

    /// <summary>Who has switched calls out of the mesh.</summary>
    public ImmutableArray<string> SwitchedBy { get; init; } = [];

    /// <summary>The last time without a control plane: the lowest step meanwhile, from when to when.</summary>
    public (string Mode, DateTimeOffset Began, DateTimeOffset Ended)? LastOutage { get; init; }
}
