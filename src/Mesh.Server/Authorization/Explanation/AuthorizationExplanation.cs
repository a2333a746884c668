using System.Collections.Immutable;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>What becomes of a request, and why.</summary>
/// <param name="IsAllowed">Whether the policies let it pass, granted that every authorizer that is asked does.</param>
/// <param name="Asks">The external authorizers that are asked first.</param>
/// <param name="Reason">In words.</param>
/// <param name="Verdicts">Of every policy, in the order in which they are asked.</param>
internal sealed record AuthorizationExplanation(bool IsAllowed, ImmutableArray<string> Asks, string Reason, ImmutableArray<PolicyVerdict> Verdicts);
