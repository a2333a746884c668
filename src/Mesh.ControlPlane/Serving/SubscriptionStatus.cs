using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Serving;

/// <summary>How far a client is with one type, at one moment.</summary>
internal sealed record SubscriptionStatus
{
    public required string TypeUrl { get; init; }

    public required bool Wildcard { get; init; }

    /// <summary>Names asked for, sorted.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Resources the client was sent and has not lost since.</summary>
    public required int Held { get; init; }

    public required string SentVersion { get; init; }

    public required string SentNonce { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public required string AcceptedVersion { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The last refusal of the stream; it stays after a later response was accepted.</summary>
    public Rejection? Rejection { get; init; }

    public DateTimeOffset? RejectedAt { get; init; }

    /// <summary>What the client holds is what it was sent last.</summary>
    public bool IsSynchronized => SentNonce.Length > 0 && SentVersion == AcceptedVersion;

    public static SubscriptionStatus Of(Subscription subscription, SubscriptionStatus? previous, bool namesChanged) => new()
    {
        TypeUrl = subscription.TypeUrl,
        Wildcard = subscription.Wildcard,
        Names = previous is null || namesChanged ? [.. subscription.Names.Order(StringComparer.Ordinal)] : previous.Names,
        Held = subscription.Sent.Count,
        SentVersion = subscription.LastVersion,
        SentNonce = subscription.LastNonce,
        SentAt = previous?.SentAt,
        AcceptedVersion = subscription.AcceptedVersion,
        AcceptedAt = previous?.AcceptedAt,
        Rejection = subscription.LastRejection,
        RejectedAt = previous?.RejectedAt,
    };
}
