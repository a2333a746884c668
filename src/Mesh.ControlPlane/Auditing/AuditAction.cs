namespace Mesh.ControlPlane.Auditing;

/// <summary>What kind of thing was done or tried.</summary>
internal enum AuditAction
{
    /// <summary>Something was changed, or the change failed: the code tells.</summary>
    Write,

    /// <summary>Somebody was not let in, or may not do what was asked.</summary>
    Denied,

    /// <summary>An identity token proved who somebody is.</summary>
    TokenUsed,

    /// <summary>More was denied than is written one by one; the reason says how much.</summary>
    Suppressed,
}
