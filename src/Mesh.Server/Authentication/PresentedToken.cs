using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>A token that a request brings.</summary>
internal sealed class PresentedToken(TokenPlace place, string text)
{
    public TokenPlace Place => place;

    public string Text => text;

    /// <summary>Why it cannot be read, or what speaks against it most; <see cref="JwtStatus.UnknownIssuer"/> when no provider claims it.</summary>
    public JwtStatus Failure { get; set; } = JwtStatus.UnknownIssuer;

    /// <summary>Null when it cannot be read.</summary>
    public VerifiedToken? Known { get; set; }

    /// <summary>Null when it cannot be read.</summary>
    public JsonWebToken? Content { get; set; }

    /// <summary>Whether a provider has taken it, for the audiences that were asked for.</summary>
    public bool IsAccepted { get; set; }
}
