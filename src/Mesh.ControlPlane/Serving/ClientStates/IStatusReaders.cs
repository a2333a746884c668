namespace Mesh.ControlPlane.Serving.ClientStates;

/// <summary>Finds out whose state a caller may read.</summary>
internal interface IStatusReaders
{
    /// <summary>Whether the caller may read the state of a client; throws UNAUTHENTICATED for one who proves nothing.</summary>
    ValueTask<Func<ConnectedClient, bool>> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken);
}
