using Mesh.ControlPlane.Access.Tokens;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Believes identity tokens of our own store; those for one certificate are used up by who issues it.</summary>
internal sealed class TokenAuthenticator(TokenStore tokens) : ICallerAuthenticator
{
    public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Bearer is not { } text || !TokenText.IsToken(text))
        {
            return ValueTask.FromResult(CallerVerdict.NotUsed);
        }

        return ValueTask.FromResult(tokens.VerifyIdentity(text) is { } token
            ? CallerVerdict.Accept(new Caller(token.Id, CallerKind.Token, token.ExpiresAt) { TokenId = token.TokenId, Node = token.Node })
            : CallerVerdict.Refuse("the identity token is not good"));
    }
}
