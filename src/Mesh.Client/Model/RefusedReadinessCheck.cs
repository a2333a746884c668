namespace Mesh.Client.Model;

/// <summary>What a process does not do for a control plane.</summary>
/// <param name="Reason">What, and what to use instead.</param>
internal sealed record RefusedReadinessCheck(string Reason) : ReadinessCheck;
