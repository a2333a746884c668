namespace Mesh.Config.Stores;

/// <summary>A store that the API writes to and watches.</summary>
internal interface IResourceStore : IConfigStore
{
    /// <summary>The latest changes, for watches.</summary>
    ConfigHistory History { get; }

    /// <summary>Writes one resource; returns when the outcome is durable.</summary>
    Task<WriteResult> WriteAsync(ResourceWrite write, CancellationToken cancellationToken);
}
