namespace Mesh.ControlPlane.Keys;

/// <summary>Asks an issuer for its keys once.</summary>
internal interface IKeyFetcher
{
    /// <summary>Never throws but for cancellation.</summary>
    Task<FetchedKeys> FetchAsync(KeyLocation location, TimeSpan timeout, CancellationToken cancellationToken);
}
