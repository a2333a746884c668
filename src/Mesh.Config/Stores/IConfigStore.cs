namespace Mesh.Config.Stores;

/// <summary>Holds the accepted configuration. The folder is one kind; a database and the Kubernetes API will be others.</summary>
internal interface IConfigStore
{
    /// <summary>The newest accepted configuration; safe to read from any thread.</summary>
    ConfigSnapshot Current { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced; handlers must return at once.</summary>
    event Action? Changed;
}
