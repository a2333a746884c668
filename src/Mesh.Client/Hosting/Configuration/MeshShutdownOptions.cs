namespace Mesh.Client;

/// <summary>Settings of the end of the process (<c>Mesh:Shutdown</c>).</summary>
public sealed class MeshShutdownOptions
{
    /// <summary>
    /// Time between telling the control plane that this process drains and closing its listeners, so that callers have moved on. Zero to one minute; only spent when the process
    /// was registered. Default: 1 s.
    /// </summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(1);
}
