namespace Mesh.ControlPlane.Auditing;

/// <summary>What a walk over the whole log found.</summary>
/// <param name="Entries">How many are kept.</param>
/// <param name="First">The number of the oldest that is kept; 0 when there is none.</param>
/// <param name="Last">The number of the newest.</param>
/// <param name="Head">The hash of the newest: noted elsewhere, it shows later that nothing before was rewritten.</param>
/// <param name="Problem">What is wrong; null when the log is intact.</param>
internal sealed record AuditVerdict(long Entries, long First, long Last, string Head, string? Problem);
