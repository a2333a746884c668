using System.Collections.Concurrent;
using Mesh.ControlPlane.Auditing;

namespace Mesh.ControlPlane.Tests.Auditing;

/// <summary>Keeps what is recorded, for tests to look at.</summary>
internal sealed class AuditSink : IAuditLog
{
    public ConcurrentQueue<AuditEvent> Events { get; } = new();

    public Task RecordAsync(AuditEvent what, CancellationToken cancellationToken)
    {
        Events.Enqueue(what);
        return Task.CompletedTask;
    }

    public void Note(AuditEvent what) => Events.Enqueue(what);
}
