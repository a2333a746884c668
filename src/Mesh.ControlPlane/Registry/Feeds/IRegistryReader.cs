namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>Asks one registry, in its own protocol.</summary>
internal interface IRegistryReader
{
    /// <summary>
    /// Publishes what the registry lists, and again after every change, until it is cancelled. An exception means that the registry cannot be asked now:
    /// it is called again after a pause.
    /// </summary>
    Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken);
}
