namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Finds out who opens a stream.</summary>
internal interface IStreamAuthenticator
{
    /// <summary>Raised when somebody who was trusted may be no longer.</summary>
    event Action? TrustChanged;

    /// <summary>Throws UNAUTHENTICATED, with one text for all reasons (S30), when nothing proves who it is.</summary>
    ValueTask<StreamCaller> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken);
}
