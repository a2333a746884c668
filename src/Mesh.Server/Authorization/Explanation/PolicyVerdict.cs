namespace Mesh.Server.Authorization.Explanation;

/// <summary>What one policy says of a request.</summary>
/// <param name="Filter">The filter that it belongs to.</param>
/// <param name="Action"><c>ALLOW</c>, <c>DENY</c>, <c>AUDIT</c> or <c>CUSTOM</c>.</param>
/// <param name="Policy">Its name, as the control plane writes it.</param>
/// <param name="IsDryRun">Whether it is only told what it would do.</param>
/// <param name="Matches">Whether it matches the request.</param>
/// <param name="FailingCondition">The first condition that is not met; null when it matches.</param>
internal sealed record PolicyVerdict(string Filter, string Action, string Policy, bool IsDryRun, bool Matches, string? FailingCondition);
