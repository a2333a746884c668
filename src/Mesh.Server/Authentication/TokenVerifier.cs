using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>Reads and verifies tokens, each signature once as long as it is remembered.</summary>
/// <param name="time">The clock of tokens.</param>
/// <param name="onUnknownKey">Told the issuer of a token whose key was not sent, as its policy names it; must return at once.</param>
internal sealed class TokenVerifier(TimeProvider time, Action<string>? onUnknownKey = null)
{
    private readonly VerifiedTokens _verified = new();

    /// <summary>Reads the token, or finds out why it cannot be read.</summary>
    public void Read(PresentedToken token)
    {
        // What is too long is not even hashed.
        token.Known = token.Text.Length > JsonWebToken.MaxLength ? null : _verified.Find(TokenDigest.Of(token.Text));
        if (token.Known is { } known)
        {
            token.Content = known.Content;
            return;
        }

        token.Content = JsonWebTokenParser.Parse(token.Text, out var status);
        if (token.Content is null)
        {
            token.Failure = status;
        }
    }

    /// <summary>Whether the token is a provider's and good now; for whom it is meant is another question.</summary>
    public JwtStatus Verify(PresentedToken token, TokenProvider provider)
    {
        if (token.Content is not { } content)
        {
            return token.Failure;
        }

        if (!provider.Issues(content.Issuer))
        {
            return JwtStatus.UnknownIssuer;
        }

        var status = provider.CheckClaims(content, time.GetUtcNow());
        if (status is not JwtStatus.Ok || token.Known?.Fingerprint == provider.Fingerprint)
        {
            return status;
        }

        status = JsonWebTokenVerifier.Verify(content, provider.Policy.Keys);
        if (status is JwtStatus.KeyNotFound or JwtStatus.NoUsableKeys && provider.Policy.Issuer.Length > 0)
        {
            // The issuer may have changed its keys since the control plane asked.
            onUnknownKey?.Invoke(provider.Policy.Issuer);
        }

        if (status is JwtStatus.Ok)
        {
            token.Known = new VerifiedToken(content, provider.Fingerprint, Describe(content, provider.Policy.SpaceDelimitedClaims));
            _verified.Add(TokenDigest.Of(token.Text), token.Known);
        }

        return status;
    }

    private static RequestToken Describe(JsonWebToken content, ImmutableArray<string> spaceDelimited) => new()
    {
        Issuer = content.Issuer,
        Subject = content.Subject,
        Audiences = content.Audiences,
        Presenter = content.Claims.TryGetProperty("azp", out var presenter) && presenter.ValueKind is JsonValueKind.String ? presenter.GetString()! : "",
        Claims = SpaceDelimited.Split(content.Claims, spaceDelimited),
    };
}
