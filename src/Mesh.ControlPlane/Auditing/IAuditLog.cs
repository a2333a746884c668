namespace Mesh.ControlPlane.Auditing;

/// <summary>Takes what is to be recorded.</summary>
internal interface IAuditLog
{
    /// <summary>Why the last record could not be made; null while all is well.</summary>
    string? Problem => null;

    /// <summary>Records what must not be forgotten; returns when it is durable.</summary>
    /// <exception cref="IOException">It cannot be recorded.</exception>
    Task RecordAsync(AuditEvent what, CancellationToken cancellationToken);

    /// <summary>Records what anybody can cause as often as he likes: soon, one by one up to a pace, and beyond it as a number.</summary>
    void Note(AuditEvent what);
}
