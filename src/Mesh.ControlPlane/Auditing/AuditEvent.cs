namespace Mesh.ControlPlane.Auditing;

/// <summary>What is to be recorded, before it has a place in the log.</summary>
/// <param name="Action">What kind of thing.</param>
/// <param name="Actor">Who: the name of an API caller, or a SPIFFE id.</param>
/// <param name="Operation">What was called, such as <c>PATCH</c>.</param>
/// <param name="Target">On what: a path of the API, or a service.</param>
internal sealed record AuditEvent(AuditAction Action, string Actor, string Operation, string Target)
{
    /// <summary>The namespace that it concerns; null for the whole mesh.</summary>
    public string? Namespace { get; init; }

    /// <summary>The IP address that the call came from.</summary>
    public string? Address { get; init; }

    /// <summary>How it ended, as an HTTP status.</summary>
    public int Code { get; init; }

    /// <summary>Why it was refused, or why somebody did it (header <c>X-Mesh-Reason</c>).</summary>
    public string? Reason { get; init; }
}
