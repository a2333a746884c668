namespace Mesh.Client.Xds.Resources.Rules;

/// <summary>What errors in a server's data do to what is held (gRFC A53, A88).</summary>
/// <param name="Drops">What is refused, removed or denied is dropped; otherwise the last good version stays, with the error beside it.</param>
/// <param name="FollowsRemovals">A listener that the server removes is gone: for the mesh's own control plane, which removes what its operator has removed.</param>
internal readonly record struct DataErrorRules(bool Drops, bool FollowsRemovals);
