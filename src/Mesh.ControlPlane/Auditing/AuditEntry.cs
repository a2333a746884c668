namespace Mesh.ControlPlane.Auditing;

/// <summary>One line of the log: an event, its place, and the hash that ties it to all lines before.</summary>
/// <param name="Sequence">Counts from 1 without gaps.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Event">What happened.</param>
/// <param name="Previous">The hash of the line before; empty in the first.</param>
/// <param name="Hash">Of this line without this field, in hexadecimal (SHA-256).</param>
internal sealed record AuditEntry(long Sequence, DateTimeOffset At, AuditEvent Event, string Previous, string Hash)
{
    /// <summary>The hash before the first line.</summary>
    public const string Origin = "";
}
