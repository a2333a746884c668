using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Finds out who calls: the ways to prove it in their order, the first that succeeds counts.</summary>
internal sealed class CallerAuthentication(CertificateAuthority authority, ImmutableArray<ICallerAuthenticator> authenticators, ILogger<CallerAuthentication> logger)
{
    /// <summary>The only text that a caller gets, whatever was wrong (S30).</summary>
    public const string Refusal = "The caller is not authenticated.";

    /// <returns>Null when nothing proves who it is; the reasons are in the log.</returns>
    public async ValueTask<Caller?> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var credentials = CallerCredentials.Of(context);
        var reasons = new List<string>();
        foreach (var authenticator in authenticators)
        {
            var verdict = await authenticator.AuthenticateAsync(credentials, cancellationToken);
            if (verdict.Caller is { } caller && Refuse(caller, credentials) is not { } refusal)
            {
                return caller;
            }
            else if (verdict.Caller is { } refused)
            {
                reasons.Add($"{refused}: {Refuse(refused, credentials)}");
            }
            else if (verdict.Reason is { } reason)
            {
                reasons.Add(reason);
            }
        }

        var connection = context.Connection;
        AuthorityLog.NotAuthenticated(
            logger, $"{connection.RemoteIpAddress}:{connection.RemotePort}", reasons.Count > 0 ? string.Join("; ", reasons) : "it showed neither a token nor a certificate that are known here");
        return null;
    }

    /// <summary>Whatever proved it: only identities of this mesh that nobody has revoked.</summary>
    private string? Refuse(Caller caller, CallerCredentials credentials)
    {
        if (caller.Id.TrustDomain != authority.TrustDomain)
        {
            return $"expected an identity of trust domain '{authority.TrustDomain}'";
        }

        if (caller.Id.ServiceAccount is null)
        {
            return "expected an identity of a namespace and a service account";
        }

        if (authority.IsRevoked(caller.Id))
        {
            return "the identity is revoked";
        }

        return caller.Kind == CallerKind.Certificate && authority.IsRevoked(credentials.Peer!.Certificate) ? "the certificate is revoked" : null;
    }
}
