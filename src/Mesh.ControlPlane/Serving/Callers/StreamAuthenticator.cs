using Mesh.ControlPlane.Access;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Lets streams in by the same proofs as the certificate authority takes, and knows for how long each is good.</summary>
/// <param name="callers">Find out who it is.</param>
/// <param name="authority">Says whom to believe.</param>
/// <param name="tokens">Know which tokens are good.</param>
/// <param name="time">The clock of certificates.</param>
internal sealed class StreamAuthenticator(CallerAuthentication callers, CertificateAuthority authority, TokenStore tokens, TimeProvider time) : IStreamAuthenticator
{
    public event Action? TrustChanged;

    public async ValueTask<StreamCaller> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await callers.AuthenticateAsync(context, cancellationToken) is not { } caller)
        {
            throw new GrpcException(GrpcStatusCode.Unauthenticated, "A stream needs a certificate of the mesh or an identity token.");
        }

        return new StreamCaller(caller.Id, caller.ExpiresAt, TrustOf(caller, context.Features.Get<StreamPeer>()));
    }

    /// <summary>For whoever changes bundles, revocations or tokens.</summary>
    public void OnTrustChanged() => TrustChanged?.Invoke();

    private Func<bool> TrustOf(Caller caller, StreamPeer? peer) => caller switch
    {
        { Kind: CallerKind.Certificate } when peer is not null =>
            () => SvidVerifier.Verify(peer.Certificate, peer.Presented, authority.Bundles, SvidUsage.Client, time.GetUtcNow()).IsAccepted,
        { Kind: CallerKind.Token, TokenId: { } token } => () => tokens.IsGood(token) && !authority.IsRevoked(caller.Id),
        _ => () => !authority.IsRevoked(caller.Id),
    };
}
