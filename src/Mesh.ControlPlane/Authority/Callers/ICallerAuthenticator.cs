namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>One way to prove who a caller is.</summary>
internal interface ICallerAuthenticator
{
    ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellationToken);
}
