using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Auditing;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Believes identity tokens of our own store; those for one certificate are used up by who issues it.</summary>
internal sealed class TokenAuthenticator(TokenStore tokens, IAuditLog audit) : ICallerAuthenticator
{
    public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Bearer is not { } text || !TokenText.IsToken(text))
        {
            return ValueTask.FromResult(CallerVerdict.NotUsed);
        }

        if (tokens.VerifyIdentity(text) is not { } token)
        {
            audit.Note(new AuditEvent(AuditAction.Denied, "Somebody", "authenticate", "identity token") { Reason = "the identity token is not good" });
            return ValueTask.FromResult(CallerVerdict.Refuse("the identity token is not good"));
        }

        audit.Note(new AuditEvent(AuditAction.TokenUsed, token.Id.ToString(), "authenticate", $"identity token {token.TokenId}") { Namespace = token.Id.Namespace });
        return ValueTask.FromResult(
            CallerVerdict.Accept(new Caller(token.Id, CallerKind.Token, token.ExpiresAt) { TokenId = token.TokenId, Node = token.Node }));
    }
}
