namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>A registry cannot be asked; the message says why, and what to do where that is known.</summary>
internal sealed class RegistryFailure(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>How long the registry asked to be left alone.</summary>
    public TimeSpan RetryAfter { get; init; }
}
