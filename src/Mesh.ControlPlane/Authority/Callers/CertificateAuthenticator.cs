namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Believes a client certificate that the TLS port has verified, as long as it has not expired.</summary>
internal sealed class CertificateAuthenticator(TimeProvider time) : ICallerAuthenticator
{
    public ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Peer is not { } peer)
        {
            return ValueTask.FromResult(CallerVerdict.NotUsed);
        }

        // The handshake may be long ago: connections live for days.
        DateTimeOffset end = peer.Certificate.NotAfter;
        return ValueTask.FromResult(end <= time.GetUtcNow()
            ? CallerVerdict.Refuse($"the certificate of {peer.Id} has expired at {end.UtcDateTime:u}")
            : CallerVerdict.Accept(new Caller(peer.Id, CallerKind.Certificate, end.ToUniversalTime()) { Serial = peer.Certificate.SerialNumber }));
    }
}
