using System.Collections.Immutable;

namespace Mesh.Client.Fallback;

/// <summary>How this process stands with its configuration at one moment; what health, metrics and the control plane are told.</summary>
/// <param name="Rung">What calls follow.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">For people.</param>
internal sealed record MeshCondition(FallbackRung Rung, DateTimeOffset Since, string Reason)
{
    /// <summary>Whether a control plane answers.</summary>
    public bool IsConnected { get; init; }

    /// <summary>When a control plane last confirmed the configuration in force; null when none ever did.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Whether the first attempt at every control plane is over, one way or the other.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Authorities of which something is known.</summary>
    public int Destinations { get; init; }

    /// <summary>How many of them follow what.</summary>
    public ImmutableSortedDictionary<FallbackRung, int> Rungs { get; init; } = ImmutableSortedDictionary<FallbackRung, int>.Empty;

    /// <summary>The last time without a control plane, once it is over; null when there was none.</summary>
    public MeshOutage? LastOutage { get; init; }

    /// <summary>Destinations whose newest configuration has an error; an older one serves them, or none.</summary>
    public int AmbientErrors { get; init; }

    /// <summary>How old the configuration is; zero while a control plane answers.</summary>
    public TimeSpan AgeAt(DateTimeOffset now) => IsConnected || ConfirmedAt is not { } confirmed || confirmed > now ? TimeSpan.Zero : now - confirmed;
}
