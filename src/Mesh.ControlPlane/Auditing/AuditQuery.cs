namespace Mesh.ControlPlane.Auditing;

/// <summary>Which entries are asked for; what is null does not matter.</summary>
internal sealed record AuditQuery
{
    public const int MaxLimit = 1_000;

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Actor { get; init; }

    public AuditAction? Action { get; init; }

    /// <summary>Part of the target.</summary>
    public string? Target { get; init; }

    public string? Namespace { get; init; }

    /// <summary>Only entries before this one: for the next page, as the newest come first.</summary>
    public long? Before { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 100;

    public bool Matches(AuditEntry entry) =>
        (Since is null || entry.At >= Since)
        && (Until is null || entry.At < Until)
        && (Actor is null || entry.Event.Actor == Actor)
        && (Action is null || entry.Event.Action == Action)
        && (Target is null || entry.Event.Target.Contains(Target, StringComparison.Ordinal))
        && (Namespace is null || entry.Event.Namespace == Namespace)
        && (Before is null || entry.Sequence < Before);
}
