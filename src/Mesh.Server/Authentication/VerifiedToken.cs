using Mesh.Protocol.Jwt;
using Mesh.Server.Propagation;

namespace Mesh.Server.Authentication;

/// <summary>A token whose signature was verified.</summary>
/// <param name="Content">What it says.</param>
/// <param name="Fingerprint">Of the provider that it was verified for (<see cref="TokenProvider.Fingerprint"/>).</param>
/// <param name="Token">What policies and the application see of it.</param>
internal sealed record VerifiedToken(JsonWebToken Content, string Fingerprint, RequestToken Token)
{
    /// <summary>Made once, for all requests that bring the token.</summary>
    public CarriedClaims Carried { get; } = new(Token.Claims);
}
