using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>Who showed a token that proves an identity.</summary>
/// <param name="Id">Names a namespace and a service account.</param>
/// <param name="ExpiresAt">When the token is worth nothing any more.</param>
/// <param name="TokenId">For logs, and for <see cref="TokenStore.TryConsume"/>.</param>
/// <param name="IsOnce">It must be consumed by who gives something for it.</param>
/// <param name="Node">The machine that the holder runs on, if the token says so.</param>
internal sealed record IdentityToken(SpiffeId Id, DateTimeOffset ExpiresAt, string TokenId, bool IsOnce, string? Node);
