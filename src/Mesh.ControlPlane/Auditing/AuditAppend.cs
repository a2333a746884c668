namespace Mesh.ControlPlane.Auditing;

/// <summary>An event that waits to be written, and whoever waits for that.</summary>
internal sealed record AuditAppend(AuditEvent Event)
{
    public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
