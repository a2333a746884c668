using System.Diagnostics.CodeAnalysis;

namespace Mesh.ControlPlane.Registry;

/// <summary>The answer to a process that registers: a lease, or the reason why not.</summary>
internal readonly record struct WorkloadRegistration(WorkloadLease? Lease, string? Rejection)
{
    [MemberNotNullWhen(true, nameof(Lease))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAccepted => Lease is not null;
}
