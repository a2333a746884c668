using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Authorization.Engine;

/// <summary>What the policies of one action say of a request.</summary>
/// <param name="IsAllowed">Whether it may go on.</param>
/// <param name="Policy">The policy that matched; null when none did.</param>
internal readonly record struct Decision(bool IsAllowed, RbacPolicy? Policy)
{
    public static Decision Allowed { get; } = new(IsAllowed: true, Policy: null);
}
