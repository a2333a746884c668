namespace Mesh.Client;

/// <summary>The accepted configuration on disk (<c>Mesh:Fallback:Snapshot</c>): signed, for its owner only, two generations.</summary>
public sealed class MeshSnapshotOptions
{
    /// <summary>Whether it is kept. Default: when there is a <see cref="Path"/>.</summary>
    public bool? Enabled { get; set; }

    /// <summary>
    /// The folder, which is made when it is missing, for the owner of the process only. Default: what systemd gives (<c>STATE_DIRECTORY</c>), else none;
    /// with <see cref="Enabled"/> on and no folder, <c>mesh</c> in the user's local application data.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>A snapshot that was confirmed longer ago is not used: above a second, at most a year. Default: 7 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Changes are written at most this often, 100 ms to an hour. Default: 5 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the certificate that the control plane's authority has issued is kept beside it, with its key, in a file for the owner only: without it a process that starts while the authority is away
    /// has no mutual TLS until it returns. Default: on.
    /// </summary>
    public bool KeepIdentity { get; set; } = true;
}
